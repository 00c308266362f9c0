import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { CodeBlock } from "../ui/CodeBlock";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { fingerprintFault } from "../ui/names";
import type { Server } from "./ServersPage";

const PinHostKeyMutation = graphql(/* GraphQL */ `
  mutation PinHostKey($input: PinHostKeyInput!) {
    pinHostKey(input: $input) {
      server {
        id
        status
        statusReason
        hostKeyFingerprint
      }
    }
  }
`);

/** Accepts a server's new host key, and only the one that somebody read on its own console. */
export function PinHostKeyDialog({
  server,
  onClose,
  onPinned,
}: {
  server: Server;
  onClose: () => void;
  onPinned: () => void;
}) {
  const [fingerprint, setFingerprint] = useState("");
  const [{ fetching, error }, pinHostKey] = useMutation(PinHostKeyMutation);
  const [sent, setSent] = useState("");
  const typed = fingerprint.trim();
  const wrong = typed === "" ? "" : fingerprintFault(typed);
  const refused = sent === typed ? fieldFaults(error, ["hostKeyFingerprint"]) : {};
  const pin = async () => {
    setSent(typed);
    const result = await pinHostKey(
      { input: { serverId: server.id, hostKeyFingerprint: typed } },
      shownInPlace,
    );
    if (!result.error) {
      onPinned();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`The host key of ${server.name} has changed`} size="lg">
      <Text size="sm" mb="sm">
        The machine at <code>{server.address}</code> is not the one that was added, or it was
        installed anew. Until this is cleared up, Central does nothing on it. The pinned key is:
      </Text>
      <CodeBlock text={server.hostKeyFingerprint} what="the pinned fingerprint" />
      <Text size="sm" mt="md" mb="xs">
        If it was installed anew, read the new key on the server’s own console, not over SSH:
      </Text>
      <CodeBlock text="ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub" what="the command" />
      <TextInput
        mt="md"
        label="New fingerprint"
        placeholder="SHA256:…"
        required
        data-autofocus
        value={fingerprint}
        error={refused.hostKeyFingerprint || wrong}
        onChange={(event) => setFingerprint(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" mt={6}>
        It is pinned only if the server shows exactly this key. Then {server.name} has to be set up
        again.
      </Text>
      {error && refused[""] ? <ErrorPanel title="The key was not pinned" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Leave it stopped
        </Button>
        <Button
          color="red"
          loading={fetching}
          disabled={typed === "" || wrong !== ""}
          onClick={() => void pin()}
        >
          Pin this key for {server.name}
        </Button>
      </Group>
    </Modal>
  );
}
