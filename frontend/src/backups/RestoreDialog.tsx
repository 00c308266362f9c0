import {
  Button,
  Group,
  List,
  Modal,
  SegmentedControl,
  Select,
  Skeleton,
  TextInput,
} from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { Notes } from "../ui/Notes";
import { formatExact } from "../ui/time";
import type { BackedUpSite, SiteBackup } from "./SiteBackups";

const RestorePlanQuery = graphql(/* GraphQL */ `
  query RestorePlan($input: RestorePlanInput!) {
    restorePlan(input: $input) {
      title
      does
      migrates
      notes {
        severity
        message
      }
    }
  }
`);

const RestoreBenchesQuery = graphql(/* GraphQL */ `
  query RestoreBenches {
    benches {
      id
      name
      server {
        id
        name
      }
    }
  }
`);

const RestoreMutation = graphql(/* GraphQL */ `
  mutation RestoreBackup($input: RestoreBackupInput!) {
    restoreBackup(input: $input) {
      site {
        id
      }
      action {
        id
      }
    }
  }
`);

type Where = "over" | "new";

/** Says what a restore would do, where it is to go, and does it: over a site that is there only once its name is typed. */
export function RestoreDialog({
  site,
  backup,
  onClose,
}: {
  site: BackedUpSite;
  backup: SiteBackup;
  onClose: () => void;
}) {
  const [where, setWhere] = useState<Where>("over");
  const [newName, setNewName] = useState("");
  const [benchId, setBenchId] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [{ data: list }] = useQuery({ query: RestoreBenchesQuery, pause: where === "over" });
  const [{ fetching: sending, error: refused }, restore] = useMutation(RestoreMutation);
  const navigate = useNavigate();

  const archived = site.status === "ARCHIVED";
  const input =
    where === "over"
      ? { backupId: backup.id, siteId: site.id }
      : { backupId: backup.id, newName: newName.trim(), benchId };
  const asked = where === "over" || (newName.trim() !== "" && benchId !== null);
  const [{ data, error, fetching }] = useQuery({
    query: RestorePlanQuery,
    variables: { input },
    requestPolicy: "network-only",
    pause: !asked,
  });
  const plan = asked && !fetching ? data?.restorePlan : undefined;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const confirmed = where === "new" || archived || typed === site.name;
  const faults = fieldFaults(asked ? error : undefined, ["newName", "benchId"]);

  const submit = async () => {
    const result = await restore({ input }, shownInPlace);
    const actionId = result.data?.restoreBackup.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  const taken = backup.takenAt ? formatExact(new Date(backup.takenAt)) : "";
  return (
    <Modal opened onClose={onClose} title={`The backup of ${taken}`} size="lg">
      <SegmentedControl
        fullWidth
        mb="md"
        aria-label="Where to"
        value={where}
        onChange={(value) => setWhere(value as Where)}
        data={[
          { value: "over", label: archived ? `Bring back ${site.name}` : `Over ${site.name}` },
          { value: "new", label: "As a new site" },
        ]}
      />
      {where === "new" ? (
        <Group grow align="flex-start" mb="md">
          <TextInput
            label="Host name of the new site"
            placeholder={`copy.${site.name}`}
            value={newName}
            error={faults.newName}
            data-autofocus
            onChange={(event) => setNewName(event.currentTarget.value)}
          />
          <Select
            label="Bench"
            placeholder="Choose one"
            data={(list?.benches ?? []).map((bench) => ({
              value: bench.id,
              label: `${bench.name} on ${bench.server.name}`,
            }))}
            value={benchId}
            error={faults.benchId}
            onChange={setBenchId}
          />
        </Group>
      ) : null}
      {asked && fetching ? <Skeleton height={90} radius={8} mb="md" /> : null}
      {plan ? (
        <>
          <List size="sm" spacing={6} mb="md">
            {plan.does.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
          <Notes notes={plan.notes} />
        </>
      ) : null}
      {asked && error && (where === "over" || faults[""]) ? (
        <ErrorPanel title="What it would do could not be told" error={error} />
      ) : null}
      {where === "over" && !archived ? (
        <TextInput
          mt="md"
          label={`Type ${site.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      ) : null}
      {refused ? <ErrorPanel title="It was not restored" error={refused} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          color={where === "over" && !archived ? "red" : undefined}
          loading={sending}
          disabled={!plan || blocked || !confirmed}
          title={confirmed ? undefined : "Type its name first"}
          onClick={() => void submit()}
        >
          {where === "new" ? "Restore as a new site" : archived ? "Bring it back" : "Restore it"}
        </Button>
      </Group>
    </Modal>
  );
}
