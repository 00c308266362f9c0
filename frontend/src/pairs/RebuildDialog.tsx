import { List, Modal, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ConfirmForm } from "./ConfirmForm";
import type { Pair } from "./pair";

const RebuildSlaveMutation = graphql(/* GraphQL */ `
  mutation RebuildSlave($input: RebuildSlaveInput!) {
    rebuildSlave(input: $input) {
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

/** Copies the master to the slave anew. What is on the slave is replaced, so its pair's name is typed. */
export function RebuildDialog({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const [{ fetching, error }, rebuild] = useMutation(RebuildSlaveMutation);
  const navigate = useNavigate();
  const { master, slave } = pair;
  const send = async ({ confirmName }: { confirmName: string }) => {
    const result = await rebuild({ input: { pairId: pair.id, confirmName } }, shownInPlace);
    const actionId = result.data?.rebuildSlave.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
      return true;
    }
    return false;
  };
  return (
    <Modal opened onClose={onClose} title={`Rebuild the slave of ${pair.name}`} size="lg">
      <List size="sm" spacing={6}>
        <List.Item>
          <b>All data on {slave.name} is replaced</b> by a copy of {master.name}: databases, benches
          and files.
          {pair.status === "FAILED_OVER"
            ? ` What was written on ${slave.name} and never reached ${master.name} is gone for good.`
            : ""}
        </List.Item>
        <List.Item>
          {master.name} goes on as it is; its{" "}
          {master.siteCount === 1 ? "site is" : `${master.siteCount} sites are`} not interrupted.
        </List.Item>
        <List.Item>Until the copy is complete, nobody can take over for {master.name}.</List.Item>
      </List>
      <ConfirmForm
        draftKey={`rebuild-${pair.id}`}
        name={pair.name}
        what="rebuild the slave"
        button={`Replace all data on ${slave.name}`}
        danger
        blocked=""
        sending={fetching}
        error={error}
        onSend={send}
        onClose={onClose}
      />
      <Text size="xs" c="dimmed" mt="sm">
        It is on record in the audit log.
      </Text>
    </Modal>
  );
}
