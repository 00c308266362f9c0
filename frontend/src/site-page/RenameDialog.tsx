import { Button, Group, List, Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { siteNameFault } from "../ui/names";
import { useDraft } from "../ui/useDraft";

const RenameMutation = graphql(/* GraphQL */ `
  mutation RenameSite($input: RenameSiteInput!) {
    renameSite(input: $input) {
      site {
        id
        busyWith {
          id
        }
      }
      action {
        id
      }
    }
  }
`);

/** Gives a site another host name, and goes to where that can be watched. */
export function RenameDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [{ name }, type, forget] = useDraft(`rename-site-${site.id}`, { name: site.name });
  const [sent, setSent] = useState("");
  const [{ fetching, error }, rename] = useMutation(RenameMutation);
  const navigate = useNavigate();
  const refused = fieldFaults(error, ["name"]);
  const wrong = name === site.name ? "" : siteNameFault(name);
  const ready = name !== site.name && wrong === "";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || fetching) {
      return;
    }
    setSent(name);
    const { data } = await rename({ input: { siteId: site.id, name } }, shownInPlace);
    if (data) {
      forget();
      const actionId = data.renameSite.action.id;
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Rename ${site.name}`} size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextInput
          label="New host name"
          required
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={name}
          error={wrong || (sent === name ? refused.name : undefined)}
          onChange={(event) => type({ name: event.currentTarget.value.trim() })}
        />
        <List size="sm" spacing={4} mt="md">
          <List.Item>Visitors see the maintenance page for a few seconds.</List.Item>
          <List.Item>
            {site.name} leads nowhere afterwards, and may be given to another site.
          </List.Item>
          <List.Item>Its database, its files and its backups stay as they are.</List.Item>
        </List>
        {error && refused[""] ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={fetching} disabled={!ready}>
            {ready ? `Rename to ${name}` : "Rename"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
