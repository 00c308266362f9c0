import { Button, Group, List, Modal, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import type { Pair } from "./pair";

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

/** Sets up a pair whose first try did not succeed. */
export function SetUpPairDialog({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const [{ fetching, error }, setUp] = useMutation(SetUpPairMutation);
  const navigate = useNavigate();
  const { master, slave } = pair;
  const send = async () => {
    const result = await setUp({ input: { pairId: pair.id } }, shownInPlace);
    const actionId = result.data?.setUpPair.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Set up ${pair.name}`} size="lg">
      {pair.statusReason ? (
        <Text size="sm" c="var(--bad-text)" mb="sm">
          {pair.statusReason}
        </Text>
      ) : null}
      <List size="sm" spacing={6} mb="md">
        <List.Item>
          Both machines are hardened and installed; what is so already stays as it is.
        </List.Item>
        <List.Item>
          The databases, benches and files of {master.name} are copied to {slave.name}, which
          follows from there. What was done before and still holds is not done again.
        </List.Item>
        <List.Item>
          {master.name}’s database is restarted once, unless an earlier try has done so: its sites
          cannot be used for about 10 s. Otherwise they go on.
        </List.Item>
      </List>
      {error ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button loading={fetching} onClick={() => void send()} data-autofocus>
          Set up {pair.name}
        </Button>
      </Group>
    </Modal>
  );
}
