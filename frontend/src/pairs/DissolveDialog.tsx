import { Modal, NativeSelect } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import { PlanView } from "../ui/PlanView";
import { ConfirmForm } from "./ConfirmForm";
import type { Pair } from "./pair";
import { PairPlanQuery } from "./pairPlan";

const DissolvePairMutation = graphql(/* GraphQL */ `
  mutation DissolvePair($input: DissolvePairInput!) {
    dissolvePair(input: $input) {
      pair {
        id
        status
      }
      action {
        id
      }
    }
  }
`);

/** Takes a pair apart, so that its servers may be paired with others or retired. */
export function DissolveDialog({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const [gone, setGone] = useState("");
  const [{ fetching: sending, error }, dissolve] = useMutation(DissolvePairMutation);
  const navigate = useNavigate();
  const goneServerId = gone || null;
  const [{ data, fetching, error: planError }, again] = useQuery({
    query: PairPlanQuery,
    variables: { input: { pairId: pair.id, kind: "DISSOLVE_PAIR", goneServerId } },
    context: uncached,
  });
  const plan = data?.pairActionPlan;
  const waiting = !plan || fetching;
  const blocking = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? false;
  const blocked = waiting
    ? "Central is finding out what it would do."
    : blocking
      ? "Something stands in the way: see above."
      : "";
  const send = async ({ confirmName }: { confirmName: string }) => {
    const input = { pairId: pair.id, confirmName, goneServerId };
    const result = await dissolve({ input }, shownInPlace);
    const actionId = result.data?.dissolvePair.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
      return true;
    }
    return false;
  };
  return (
    <Modal opened onClose={onClose} title={`Take the pair ${pair.name} apart`} size="lg">
      <PlanView plan={plan} error={planError} onRetry={() => again(uncached)} />
      <NativeSelect
        mt="md"
        label="Are both machines there?"
        description="On one that is gone for good nothing is done. It can be retired without cleaning up then."
        value={gone}
        onChange={(event) => setGone(event.currentTarget.value)}
        data={[
          { value: "", label: "Both are there" },
          { value: pair.master.id, label: `${pair.master.name} is gone for good` },
          { value: pair.slave.id, label: `${pair.slave.name} is gone for good` },
        ]}
      />
      <ConfirmForm
        draftKey={`dissolve-${pair.id}`}
        name={pair.name}
        what="take the pair apart"
        button={`Take ${pair.name} apart`}
        danger
        blocked={blocked}
        waiting={waiting}
        sending={sending}
        error={error}
        onSend={send}
        onClose={onClose}
      />
    </Modal>
  );
}
