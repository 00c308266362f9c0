import { Button, Group, Modal, SegmentedControl, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import type { SwitchKind } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import type { Pair } from "./pair";

const RehearseSwitchMutation = graphql(/* GraphQL */ `
  mutation RehearseSwitch($input: RehearseSwitchInput!) {
    rehearseSwitch(input: $input) {
      pair {
        id
      }
      action {
        id
      }
    }
  }
`);

/** Makes every check of a switch and changes nothing; it is on record, so that one can show that it was practised. */
export function RehearseDialog({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const [kind, setKind] = useState<SwitchKind>("SWITCH_OVER");
  const [{ fetching, error }, rehearse] = useMutation(RehearseSwitchMutation);
  const navigate = useNavigate();
  const send = async () => {
    const result = await rehearse({ input: { pairId: pair.id, kind } }, shownInPlace);
    const actionId = result.data?.rehearseSwitch.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Rehearse a switch of ${pair.name}`} size="lg">
      <SegmentedControl
        fullWidth
        aria-label="What to rehearse"
        value={kind}
        onChange={(value) => setKind(value as SwitchKind)}
        data={[
          { value: "SWITCH_OVER", label: "Switch over" },
          { value: "FAIL_OVER", label: "Fail over" },
        ]}
      />
      <Text size="sm" my="md">
        Central makes every check of a {kind === "SWITCH_OVER" ? "planned switch" : "forced one"}{" "}
        from {pair.master.name} to {pair.slave.name} and says how long it would take and what could
        be lost. <b>Nothing is changed</b>; visitors notice nothing. The result stays in the
        activity.
      </Text>
      {error ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button loading={fetching} onClick={() => void send()} data-autofocus>
          {kind === "SWITCH_OVER" ? "Rehearse the switchover" : "Rehearse the failover"}
        </Button>
      </Group>
    </Modal>
  );
}
