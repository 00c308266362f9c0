import { Button, Group, List, Modal, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { roleWords } from "./roles";
import type { Server } from "./ServersPage";

const SetUpServerMutation = graphql(/* GraphQL */ `
  mutation SetUpServer($input: SetUpServerInput!) {
    setUpServer(input: $input) {
      server {
        id
        status
      }
      action {
        id
      }
    }
  }
`);

/** Says what setting up does to this server, does it, and goes to where it can be watched. */
export function SetUpDialog({ server, onClose }: { server: Server; onClose: () => void }) {
  const [{ fetching, error }, setUpServer] = useMutation(SetUpServerMutation);
  const navigate = useNavigate();
  const setUp = async () => {
    const result = await setUpServer({ input: { serverId: server.id } }, shownInPlace);
    const actionId = result.data?.setUpServer.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Set up ${server.name}`} size="lg">
      <Text size="sm" mb="xs">
        Central logs in as <code>{server.user}</code> at <code>{server.address}</code>, checks that
        it shows the pinned host key, and runs the plays of a{" "}
        {roleWords[server.role].name.toLowerCase()}:
      </Text>
      <List size="sm" spacing={4} mb="md">
        <List.Item>base packages, users, firewall and a hardened sshd</List.Item>
        <List.Item>{roleWords[server.role].plays}</List.Item>
      </List>
      <Text size="sm" c="dimmed" mb="md">
        {server.siteCount > 0
          ? `${server.siteCount.toLocaleString("en")} ${server.siteCount === 1 ? "site lives" : "sites live"} on it. Only what differs is changed; a changed setting restarts its service.`
          : "It takes a few minutes on a bare machine, less when most of it is so already. It may be repeated at any time."}
      </Text>
      {server.status === "HOST_KEY_CHANGED" ? (
        <Text size="sm" c="red" mb="md">
          It shows another host key than the pinned one. This will fail until that is cleared up.
        </Text>
      ) : null}
      {error ? <ErrorPanel title="Nothing was queued" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button loading={fetching} onClick={() => void setUp()} data-autofocus>
          Set up {server.name}
        </Button>
      </Group>
    </Modal>
  );
}
