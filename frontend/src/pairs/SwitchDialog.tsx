import { Modal, Skeleton, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import type { SwitchKind } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { ConfirmForm } from "./ConfirmForm";
import { PlanChecks } from "./PlanChecks";
import { PlanFigures } from "./PlanFigures";
import type { Pair } from "./pair";
import classes from "./SwitchDialog.module.css";
import { blockedBy, switchWords } from "./switchWords";

const SwitchPlanQuery = graphql(/* GraphQL */ `
  query SwitchPlan($pairId: ID!, $kind: SwitchKind!) {
    switchPlan(pairId: $pairId, kind: $kind) {
      kind
      sites
      expectedSeconds
      possibleLoss
      checks {
        name
        state
        message
      }
    }
  }
`);

const SwitchOverMutation = graphql(/* GraphQL */ `
  mutation SwitchOver($input: SwitchOverInput!) {
    switchOver(input: $input) {
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

const FailOverMutation = graphql(/* GraphQL */ `
  mutation FailOver($input: FailOverInput!) {
    failOver(input: $input) {
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

/**
 * Makes the slave the master, planned or forced: what Central sees on both servers now, what it leads to, the pair's
 * name and a reason; then to where it can be watched.
 */
export function SwitchDialog({
  pair,
  kind,
  onClose,
}: {
  pair: Pair;
  kind: SwitchKind;
  onClose: () => void;
}) {
  const [{ data, error: planError, fetching: looking }, look] = useQuery({
    query: SwitchPlanQuery,
    variables: { pairId: pair.id, kind },
    context: uncached,
  });
  const [over, switchOver] = useMutation(SwitchOverMutation);
  const [forced, failOver] = useMutation(FailOverMutation);
  const navigate = useNavigate();
  const { master, slave } = pair;
  const words = switchWords[kind];
  const plan = looking ? undefined : data?.switchPlan;
  const { fetching: sending, error } = kind === "SWITCH_OVER" ? over : forced;

  const send = async (confirmed: { confirmName: string; reason: string }) => {
    const input = { pairId: pair.id, ...confirmed };
    const result =
      kind === "SWITCH_OVER"
        ? (await switchOver({ input }, shownInPlace)).data?.switchOver
        : (await failOver({ input }, shownInPlace)).data?.failOver;
    if (result) {
      await navigate({
        to: "/activity/$actionId",
        params: { actionId: result.action.id },
        search: {},
      });
      return true;
    }
    return false;
  };

  return (
    <Modal opened onClose={onClose} title={`${words.title} ${pair.name}`} size={680}>
      <Text size="sm" mb="md">
        {words.whatHappens(master.name, slave.name)}
      </Text>
      {planError && !looking ? (
        <ErrorPanel
          title="The servers could not be looked at"
          error={planError}
          onRetry={() => look({ requestPolicy: "network-only" })}
        />
      ) : !plan ? (
        <div className={classes.looking} aria-busy aria-live="polite">
          <Skeleton height={52} radius={8} />
          <Skeleton height={150} radius={8} />
          <Text size="xs" c="dimmed">
            Looking at {master.name} and {slave.name}. Nothing is changed by it.
          </Text>
        </div>
      ) : (
        <div className={classes.plan}>
          <PlanFigures plan={plan} />
          <PlanChecks
            checks={plan.checks}
            onLookAgain={() => look({ requestPolicy: "network-only" })}
          />
        </div>
      )}
      <ConfirmForm
        draftKey={`${kind}-${pair.id}`}
        name={pair.name}
        what={words.title.toLowerCase()}
        button={`${words.title} to ${slave.name}`}
        danger={kind === "FAIL_OVER"}
        withReason
        blocked={
          planError
            ? "Nobody knows how the servers stand."
            : !plan
              ? `Looking at ${master.name} and ${slave.name} first.`
              : blockedBy(plan.checks)
        }
        waiting={!plan && !planError}
        sending={sending}
        error={error}
        onSend={send}
        onClose={onClose}
      />
    </Modal>
  );
}
