import { Button, Checkbox, Group, List, Modal, Skeleton, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { Notes } from "../ui/Notes";

const PlanQuery = graphql(/* GraphQL */ `
  query BackupRemovalPlan($input: BackupRemovalPlanInput!) {
    backupRemovalPlan(input: $input) {
      title
      does
      last
      notes {
        severity
        message
        field
      }
    }
  }
`);

const RemoveMutation = graphql(/* GraphQL */ `
  mutation RemoveBackup($input: RemoveBackupInput!) {
    removeBackup(input: $input) {
      backup {
        id
        state
      }
      action {
        id
      }
    }
  }
`);

/** Says what the removal of a backup does, and does it once the name of its site is typed. */
export function RemoveBackupDialog({
  backup,
  onClose,
  onRemoved,
}: {
  backup: { id: string; siteName: string };
  onClose: () => void;
  onRemoved: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [last, setLast] = useState(false);
  const [{ fetching, error }, remove] = useMutation(RemoveMutation);
  const [{ data, fetching: looking, error: planError }, again] = useQuery({
    query: PlanQuery,
    variables: { input: { backupId: backup.id, last } },
    context: uncached,
  });
  const plan = data?.backupRemovalPlan;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const ready = !blocked && !looking && typed === backup.siteName;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || fetching) {
      return;
    }
    const input = { backupId: backup.id, confirmName: typed, last };
    if ((await remove({ input }, shownInPlace)).data) {
      onRemoved();
    }
  };
  return (
    <Modal opened onClose={onClose} title={plan?.title ?? "Remove a backup"} size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        {planError && !plan ? (
          <ErrorPanel
            title="What that would do could not be found out"
            error={planError}
            onRetry={() => again(uncached)}
          />
        ) : null}
        {plan ? (
          <List size="sm" spacing={6} mb="md">
            {plan.does.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        ) : planError ? null : (
          <Skeleton height={60} mb="md" />
        )}
        <Notes notes={plan?.notes ?? []} />
        {plan?.last ? (
          <Checkbox
            my="md"
            label="Remove it although the site can never be brought back then"
            checked={last}
            onChange={(event) => setLast(event.currentTarget.checked)}
          />
        ) : null}
        <TextInput
          mt="md"
          label={`Type ${backup.siteName} to confirm`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
        />
        {error ? <ErrorPanel title="It was not removed" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={fetching} disabled={!ready}>
            Remove this backup
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
