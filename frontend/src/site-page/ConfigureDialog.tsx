import { Button, Group, Modal, SegmentedControl, Stack, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { type ConfigKind, configKeyFault, configValue } from "./configValue";

export const ConfigureMutation = graphql(/* GraphQL */ `
  mutation ConfigureSite($input: ConfigureSiteInput!) {
    configureSite(input: $input) {
      action {
        id
      }
      site {
        id
        busyWith {
          id
        }
      }
    }
  }
`);

/** Sets one key of a site's configuration. What is typed is kept nowhere: it may be a secret. */
export function ConfigureDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<ConfigKind>("text");
  const [text, setText] = useState("");
  const [sent, setSent] = useState("");
  const [{ fetching, error }, configure] = useMutation(ConfigureMutation);
  const refused = fieldFaults(error, ["changes.0.name", "changes.0.value"]);
  const wrongKey = name === "" ? "" : configKeyFault(name);
  const value = configValue(kind, text);
  const wrongValue = "fault" in value && text !== "" ? value.fault : "";
  const same = sent === `${name} ${kind} ${text}`;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name === "" || wrongKey || "fault" in value || fetching) {
      return;
    }
    setSent(`${name} ${kind} ${text}`);
    const changes = [{ name, value: value.json }];
    const { data } = await configure({ input: { siteId: site.id, changes } }, shownInPlace);
    if (data) {
      onClose();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Configure ${site.name}`} size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <TextInput
            label="Key"
            placeholder="max_file_size"
            required
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            value={name}
            error={wrongKey || (same ? refused["changes.0.name"] : undefined)}
            onChange={(event) => setName(event.currentTarget.value.trim())}
          />
          <SegmentedControl
            aria-label="Kind of value"
            value={kind}
            onChange={(next) => setKind(next as ConfigKind)}
            data={[
              { value: "text", label: "Text" },
              { value: "number", label: "Number" },
              { value: "flag", label: "Yes or no" },
            ]}
          />
          {kind === "flag" ? (
            <Switch
              label="On"
              checked={text === "true"}
              onChange={(event) => setText(event.currentTarget.checked ? "true" : "")}
            />
          ) : (
            <TextInput
              label="Value"
              description="Values of keys that look like secrets are not shown again, nor kept in the audit log"
              autoComplete="off"
              spellCheck={false}
              value={text}
              error={wrongValue || (same ? refused["changes.0.value"] : undefined)}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Stack>
        {error && refused[""] ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            loading={fetching}
            disabled={name === "" || wrongKey !== "" || "fault" in value}
          >
            {name === "" || wrongKey ? "Set it" : `Set ${name}`}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
