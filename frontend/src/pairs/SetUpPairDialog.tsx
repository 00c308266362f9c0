import { Button, Group, Modal, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import { PreviewFirst, previewMissing } from "../output/PreviewFirst";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PlanView } from "../ui/PlanView";
import type { Pair } from "./pair";
import { PairPlanQuery } from "./pairPlan";

const SetUpPairMutation = graphql(/* GraphQL */ `
  mutation SetUpPair($input: SetUpPairInput!) {
    setUpPair(input: $input) {
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

const PreviewPairMutation = graphql(/* GraphQL */ `
  mutation PreviewPair($input: PreviewPairInput!) {
    previewPair(input: $input) {
      action {
        id
      }
    }
  }
`);

/** Sets up a pair whose first try did not succeed, or again: then what it would change is looked at first. */
export function SetUpPairDialog({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const [{ fetching, error }, setUp] = useMutation(SetUpPairMutation);
  const [previewing, preview] = useMutation(PreviewPairMutation);
  const [begun, setBegun] = useState<string | null>(null);
  const navigate = useNavigate();
  const pairId = pair.id;
  const [{ data, error: planError }, again] = useQuery({
    query: PairPlanQuery,
    variables: { input: { pairId, kind: "SET_UP_PAIR" } },
    context: uncached,
  });
  const askAgain = useCallback(() => again(uncached), [again]);
  const plan = data?.pairActionPlan;
  const shown = begun ?? plan?.preview?.id ?? null;
  const usable = shown !== null && plan?.preview?.id === shown;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const missing = !plan
    ? "Central is finding out what it would do"
    : blocked
      ? "Something stands in the way: see above"
      : previewMissing(plan.needsPreview, shown, usable);
  const look = async () => {
    const result = await preview({ input: { pairId } }, shownInPlace);
    setBegun(result.data?.previewPair.action.id ?? begun);
  };
  const send = async () => {
    const input = plan?.needsPreview && shown ? { pairId, previewId: shown } : { pairId };
    const result = await setUp({ input }, shownInPlace);
    const actionId = result.data?.setUpPair.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Set up ${pair.name}`}
      size={plan?.needsPreview ? "xl" : "lg"}
    >
      {pair.statusReason ? (
        <Text size="sm" c="var(--bad-text)" mb="sm">
          {pair.statusReason}
        </Text>
      ) : null}
      <PlanView plan={plan} error={planError} onRetry={askAgain} />
      {plan?.needsPreview && !blocked ? (
        <PreviewFirst
          shown={shown}
          usable={usable}
          sending={previewing.fetching}
          error={previewing.error}
          onBegin={() => void look()}
          onEnded={askAgain}
        />
      ) : null}
      {error ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button
          loading={fetching}
          disabled={missing !== ""}
          title={missing || undefined}
          onClick={() => void send()}
          data-autofocus
        >
          Set up {pair.name}
        </Button>
      </Group>
    </Modal>
  );
}
