import { createContext, use, useEffect, useId, useRef, useState } from "react";
import type { TypedDocumentNode } from "urql";
import { connection } from "./connection";
import { codeOf, PASSWORD_CHANGE, UNAUTHENTICATED } from "./errors";
import { follow, type StreamState } from "./follow";
import type { Socket } from "./socket";

/** What streams are made of; the app provides it. */
export interface Streams {
  socket: Socket;
  onUnauthenticated: () => void;
  onPasswordChange: () => void;
}

export const StreamsContext = createContext<Streams | null>(null);

/** What to follow. */
export interface EventsOptions<Data, Variables, Event extends { seq: number }> {
  document: TypedDocumentNode<Data, Variables>;
  /** All variables besides `after`. A change of them begins a new stream. */
  variables: Omit<Variables, "after">;
  /** Sequence number of the newest event that is known when the stream begins. */
  after: number;
  eventOf: (data: Data) => Event;
  /** New events in order, without gaps or repeats; at most once per frame. */
  onEvents: (events: Event[]) => void;
  /** True as long as there is nothing to follow. */
  pause?: boolean;
}

/** How the stream stands; `errors` only when Central refused it. */
export interface EventsState {
  state: StreamState;
  errors: readonly unknown[];
}

/** Follows a subscription with a cursor as long as the component is mounted. */
export function useEvents<Data, Variables, Event extends { seq: number }>(
  options: EventsOptions<Data, Variables, Event>,
): EventsState {
  const streams = use(StreamsContext);
  if (!streams) {
    throw new Error("useEvents outside of StreamsContext");
  }
  const source = useId();
  const [state, setState] = useState<EventsState>({ state: "connecting", errors: [] });
  const newest = useRef(options);
  useEffect(() => {
    newest.current = options;
  });
  const identity = JSON.stringify(options.variables);
  const pause = options.pause ?? false;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the variables
  useEffect(() => {
    if (pause) {
      return;
    }
    const stop = follow<Data, Event>({
      socket: streams.socket.client,
      isOpen: streams.socket.isOpen,
      document: newest.current.document as TypedDocumentNode<Data, never>,
      variables: newest.current.variables as Record<string, unknown>,
      after: newest.current.after,
      eventOf: (data) => newest.current.eventOf(data),
      onEvents: (events) => newest.current.onEvents(events),
      onState: (next, errors = []) => {
        // Said with every event; only a change is worth drawing.
        setState((before) =>
          before.state === next && next !== "failed" ? before : { state: next, errors },
        );
        if (next === "offline") {
          connection.down(source);
        } else if (next === "catching-up") {
          connection.catchingUp(source);
        } else if (next !== "connecting") {
          connection.up(source);
        }
        if (next === "failed") {
          const code = codeOf(errors);
          if (code === UNAUTHENTICATED) {
            streams.onUnauthenticated();
          } else if (code === PASSWORD_CHANGE) {
            streams.onPasswordChange();
          }
        }
      },
    });
    return () => {
      stop();
      connection.forget(source);
    };
  }, [streams, source, pause, identity]);

  return state;
}
