import { Button, Group, List, Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";

const ArchiveMutation = graphql(/* GraphQL */ `
  mutation ArchiveSite($input: ArchiveSiteInput!) {
    archiveSite(input: $input) {
      site {
        id
        status
      }
      action {
        id
      }
    }
  }
`);

/** Says what archiving a site does, and does it once its name is typed. */
export function ArchiveDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [{ fetching, error }, archive] = useMutation(ArchiveMutation);
  const navigate = useNavigate();
  const submit = async () => {
    const input = { siteId: site.id, confirmName: typed };
    const result = await archive({ input }, shownInPlace);
    const actionId = result.data?.archiveSite.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Archive ${site.name}`} size="lg">
      <List size="sm" spacing={6} mb="md">
        <List.Item>
          It is closed to visitors, its jobs come to an end, and its last backup is taken. When that
          fails, it is opened again.
        </List.Item>
        <List.Item>
          Then <b>its database and its files are removed</b> from its server, and the proxies forget
          it.
        </List.Item>
        <List.Item>
          It stays on record with that backup, which is kept as long as the policy says, and can be
          brought back from it.
        </List.Item>
      </List>
      <TextInput
        label={`Type ${site.name} to confirm`}
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error ? <ErrorPanel title="It was not archived" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={fetching}
          disabled={typed !== site.name}
          title={typed === site.name ? undefined : "Type its name first"}
          onClick={() => void submit()}
        >
          Archive it
        </Button>
      </Group>
    </Modal>
  );
}
