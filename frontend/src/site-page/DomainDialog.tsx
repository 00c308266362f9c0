import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { siteNameFault } from "../ui/names";
import { useDraft } from "../ui/useDraft";

const AddMutation = graphql(/* GraphQL */ `
  mutation AddDomain($input: AddDomainInput!) {
    addDomain(input: $input) {
      action {
        id
      }
      site {
        id
        busyWith {
          id
        }
        domains {
          id
          name
          state
        }
      }
    }
  }
`);

const empty = { name: "", elsewhere: false, certificate: true };

/** Lets a domain lead to a site. Where it points is looked up; when that is elsewhere, the answer says where it should. */
export function DomainDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [draft, type, forget] = useDraft(`domain-${site.id}`, empty);
  const [sent, setSent] = useState("");
  const [{ fetching, error }, add] = useMutation(AddMutation);
  const refused = fieldFaults(error, ["name"]);
  const wrong = draft.name === "" ? "" : siteNameFault(draft.name);
  const ready = draft.name !== "" && wrong === "";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || fetching) {
      return;
    }
    setSent(draft.name);
    const { data } = await add({ input: { siteId: site.id, ...draft } }, shownInPlace);
    if (data) {
      forget();
      onClose();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Add a domain to ${site.name}`} size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <TextInput
            label="Domain"
            description="It has to point to the proxies already: Central looks before it takes it."
            placeholder="www.acme.org"
            required
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            value={draft.name}
            error={wrong || (sent === draft.name ? refused.name : undefined)}
            onChange={(event) => type({ name: event.currentTarget.value.trim() })}
          />
          <Checkbox
            label="Order a certificate for it"
            description="Ordered when the proxies know the domain, and renewed in time"
            checked={draft.certificate}
            onChange={(event) => type({ certificate: event.currentTarget.checked })}
          />
          <Checkbox
            label="Take it although it points elsewhere"
            description="Its move is under way; until then a certificate cannot be issued, and is tried for again"
            checked={draft.elsewhere}
            onChange={(event) => type({ elsewhere: event.currentTarget.checked })}
          />
        </Stack>
        {error && refused[""] ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={fetching} disabled={!ready}>
            {ready ? `Add ${draft.name}` : "Add"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
