import { Button, Group, List, Modal, Text } from "@mantine/core";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { countsOf } from "./deployFigures";
import type { DeployState } from "./deployState";
import { plural } from "./summary";

const CancelDeployMutation = graphql(/* GraphQL */ `
  mutation CancelDeploy($input: CancelDeployInput!) {
    cancelDeploy(input: $input) {
      deploy {
        id
      }
    }
  }
`);

/** Says what cancelling does to this deploy as it is now, and does it. */
export function CancelDialog({
  deployId,
  state,
  onClose,
}: {
  deployId: string;
  state: DeployState;
  onClose: () => void;
}) {
  const [{ fetching, error }, cancelDeploy] = useMutation(CancelDeployMutation);
  const counts = countsOf(state.progress);
  const cancel = async () => {
    const result = await cancelDeploy({ input: { deployId } }, shownInPlace);
    if (!result.error) {
      onClose();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Cancel deploy ${deployId}?`}>
      <List size="sm" spacing={6} mb="md">
        {counts.WAITING > 0 ? (
          <List.Item>
            <b>{plural(counts.WAITING, "waiting site")}</b> {counts.WAITING === 1 ? "is" : "are"}{" "}
            not touched and {counts.WAITING === 1 ? "stays" : "stay"} on the old code.
          </List.Item>
        ) : null}
        {counts.RUNNING > 0 ? (
          <List.Item>
            Of <b>{plural(counts.RUNNING, "running site")}</b>, those that have not moved yet are
            taken back; the others finish, so that none is left in between.
          </List.Item>
        ) : null}
        {counts.DONE > 0 ? (
          <List.Item>
            <b>{plural(counts.DONE, "site")}</b> {counts.DONE === 1 ? "is" : "are"} done and{" "}
            {counts.DONE === 1 ? "stays" : "stay"} on the new code.
          </List.Item>
        ) : null}
      </List>
      {error ? <ErrorPanel title="The deploy was not cancelled" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          Let it go on
        </Button>
        <Button color="red" loading={fetching} onClick={() => void cancel()}>
          Cancel the deploy
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt="sm">
        It is on record in the audit log.
      </Text>
    </Modal>
  );
}
