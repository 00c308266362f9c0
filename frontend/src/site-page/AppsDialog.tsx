import { Button, Group, Modal, Skeleton, Table, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import { formatBytes } from "../ui/bytes";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";

const AppsQuery = graphql(/* GraphQL */ `
  query SiteApps($id: ID!) {
    siteApps(siteId: $id) {
      app
      installed
      first
    }
  }
`);

const TablesQuery = graphql(/* GraphQL */ `
  query AppTables($id: ID!, $app: String!) {
    appTables(siteId: $id, app: $app) {
      name
      rows
      bytes
    }
  }
`);

const InstallMutation = graphql(/* GraphQL */ `
  mutation InstallApp($input: InstallAppInput!) {
    installApp(input: $input) {
      action {
        id
      }
    }
  }
`);

const RemoveMutation = graphql(/* GraphQL */ `
  mutation RemoveApp($input: RemoveAppInput!) {
    removeApp(input: $input) {
      action {
        id
      }
    }
  }
`);

type Site = { id: string; name: string };

/** Which apps a site has and may have; installs one, or removes one once it is clear what goes with it. */
export function AppsDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [removing, setRemoving] = useState("");
  const navigate = useNavigate();
  const watch = (actionId: string) =>
    void navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
  return (
    <Modal opened onClose={onClose} title={`Apps of ${site.name}`} size="lg">
      {removing === "" ? (
        <Apps site={site} onRemove={setRemoving} onStarted={watch} onClose={onClose} />
      ) : (
        <RemoveApp site={site} app={removing} onBack={() => setRemoving("")} onStarted={watch} />
      )}
    </Modal>
  );
}

function Apps({
  site,
  onRemove,
  onStarted,
  onClose,
}: {
  site: Site;
  onRemove: (app: string) => void;
  onStarted: (actionId: string) => void;
  onClose: () => void;
}) {
  const [{ data, error }, again] = useQuery({
    query: AppsQuery,
    variables: { id: site.id },
    context: uncached,
  });
  const [{ fetching, error: refused }, install] = useMutation(InstallMutation);
  const begin = async (app: string) => {
    const answer = await install({ input: { siteId: site.id, app } }, shownInPlace);
    if (answer.data) {
      onStarted(answer.data.installApp.action.id);
    }
  };
  if (error && !data) {
    return (
      <ErrorPanel
        title="The site could not be asked which apps it has"
        error={error}
        onRetry={() => again(uncached)}
      />
    );
  }
  if (!data) {
    return <Skeleton height={120} aria-busy />;
  }
  return (
    <>
      <Table aria-label="Apps">
        <Table.Tbody>
          {data.siteApps.map(({ app, installed, first }) => (
            <Table.Tr key={app}>
              <Table.Td>
                <code>{app}</code>
              </Table.Td>
              <Table.Td>{installed ? "Installed" : "Not on this site"}</Table.Td>
              <Table.Td align="right">
                {first ? null : installed ? (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    onClick={() => onRemove(app)}
                  >
                    Remove {app}…
                  </Button>
                ) : (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={fetching}
                    onClick={() => void begin(app)}
                  >
                    Install {app}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt="sm" c="dimmed">
        The site is closed while an app is installed or removed. When that fails, its tables are as
        they were.
      </Text>
      {refused ? <ErrorPanel title="Nothing was begun" error={refused} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}

function RemoveApp({
  site,
  app,
  onBack,
  onStarted,
}: {
  site: Site;
  app: string;
  onBack: () => void;
  onStarted: (actionId: string) => void;
}) {
  const [typed, setTyped] = useState("");
  const [{ data, error }, again] = useQuery({
    query: TablesQuery,
    variables: { id: site.id, app },
    context: uncached,
  });
  const [{ fetching, error: refused }, remove] = useMutation(RemoveMutation);
  const faults = fieldFaults(refused, ["confirmName"]);
  const tables = data?.appTables;
  const ready = tables !== undefined && typed === site.name;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || fetching) {
      return;
    }
    const input = { siteId: site.id, app, confirmName: typed };
    const answer = await remove({ input }, shownInPlace);
    if (answer.data) {
      onStarted(answer.data.removeApp.action.id);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {error && !data ? (
        <ErrorPanel
          title="What would go with it could not be found out"
          error={error}
          onRetry={() => again(uncached)}
        />
      ) : null}
      {!data && !error ? <Skeleton height={120} aria-busy /> : null}
      {tables ? (
        <>
          <Text size="sm">
            {tables.length === 0
              ? `No table goes with ${app}.`
              : `${tables.length} ${tables.length === 1 ? "table goes" : "tables go"} with ${app}, with all their rows. All tables of the site are backed up first.`}
          </Text>
          {tables.length > 0 ? (
            <div style={{ maxHeight: 240, overflow: "auto" }}>
              <Table aria-label="Tables that go">
                <Table.Tbody>
                  {tables.map(({ name, rows, bytes }) => (
                    <Table.Tr key={name}>
                      <Table.Td>
                        <code>{name}</code>
                      </Table.Td>
                      <Table.Td align="right">about {rows.toLocaleString("en")} rows</Table.Td>
                      <Table.Td align="right">{formatBytes(bytes)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          ) : null}
          <TextInput
            mt="md"
            label={`Type ${site.name} to confirm`}
            autoComplete="off"
            value={typed}
            error={faults.confirmName}
            onChange={(event) => setTyped(event.currentTarget.value.trim())}
          />
        </>
      ) : null}
      {refused && faults[""] ? <ErrorPanel title="Nothing was begun" error={refused} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button type="submit" color="red" loading={fetching} disabled={!ready}>
          Remove {app}
        </Button>
      </Group>
    </form>
  );
}
