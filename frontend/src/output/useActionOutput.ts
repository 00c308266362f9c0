import { type EventsState, useEvents } from "../client/useEvents";
import { graphql } from "../gql";
import { useFold } from "./foldStore";
import { emptyOutput, type OutputEvent, type OutputState, reduceOutput } from "./outputState";

const actionOutputSubscription = graphql(`
  subscription ActionOutput($actionId: ID!, $after: Int!) {
    actionOutput(actionId: $actionId, after: $after) {
      seq
      at
      kind
      step
      stepStatus
      text
      stream
      host
      taskStatus
      percent
      millis
      status
    }
  }
`);

/** Everything an action has said, and what it says from now on. Use it under a key of the action. */
export function useActionOutput(actionId: string): { output: OutputState; stream: EventsState } {
  const [output, push] = useFold<OutputState, OutputEvent>(emptyOutput, reduceOutput);
  const stream = useEvents({
    document: actionOutputSubscription,
    variables: { actionId },
    after: output.lastSeq,
    eventOf: (data) => data.actionOutput,
    onEvents: push,
  });
  return { output, stream };
}
