import { Button, Skeleton, Text } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { getFragmentData, graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { Notes } from "../ui/Notes";
import { PageHeader } from "../ui/PageHeader";
import { ProgressBar } from "../ui/ProgressBar";
import { RelativeTime } from "../ui/RelativeTime";
import classes from "./adopt.module.css";
import {
  adoptInput,
  adoptLabel,
  type Choice,
  nameFaults,
  rename,
  ticked,
  toggleBench,
  toggleSite,
} from "./choice";
import { FoundBenchCard, FoundBenchFragment } from "./FoundBenchCard";

const AdoptQuery = graphql(/* GraphQL */ `
  query Adopt($id: ID!) {
    server(id: $id) {
      id
      name
      role
      status
      benchScan {
        id
        createdAt
        action {
          id
          status
          percent
          step
          errorMessage
        }
        report {
          notes {
            severity
            message
          }
          benches {
            ...FoundBench
          }
        }
      }
    }
  }
`);

const ScanServerMutation = graphql(/* GraphQL */ `
  mutation ScanServer($input: ScanServerInput!) {
    scanServer(input: $input) {
      scan {
        id
      }
    }
  }
`);

const AdoptBenchesMutation = graphql(/* GraphQL */ `
  mutation AdoptBenches($input: AdoptBenchesInput!) {
    adoptBenches(input: $input) {
      action {
        id
      }
    }
  }
`);

/** Benches that run on a server already: look for them, tick what Central takes over, and take it over. */
export function AdoptPage() {
  const { serverId } = useParams({ from: "/shell/servers/$serverId/adopt" });
  const admin = may(useMe().role, "ADMIN");
  const navigate = useNavigate();
  const [choice, setChoice] = useState<Choice>({});
  const [{ data, error }, again] = usePolledQuery({
    query: AdoptQuery,
    variables: { id: serverId },
    every: 1500,
  });
  const [looking, look] = useMutation(ScanServerMutation);
  const [adopting, adopt] = useMutation(AdoptBenchesMutation);
  const refresh = () => again({ requestPolicy: "network-only" });

  if (error && !data) {
    return <ErrorPanel title="The server could not be loaded" error={error} onRetry={refresh} />;
  }
  const server = data?.server;
  if (!server) {
    return data ? (
      <EmptyState title="There is no such server" />
    ) : (
      <Skeleton height={120} radius={10} />
    );
  }
  const scan = server.benchScan;
  const running = scan?.action.status === "QUEUED" || scan?.action.status === "RUNNING";
  const benches = getFragmentData(FoundBenchFragment, scan?.report?.benches) ?? [];
  const all = ticked(choice, benches);
  const faults = nameFaults(choice, benches);
  const blocked = scan?.report?.notes.some(({ severity }) => severity === "BLOCKING") ?? false;

  const start = async () => {
    await look({ input: { serverId } }, shownInPlace);
    refresh();
  };
  const take = async () => {
    if (!scan) {
      return;
    }
    const result = await adopt(
      { input: adoptInput(serverId, scan.id, choice, benches) },
      shownInPlace,
    );
    const actionId = result.data?.adoptBenches.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  const lookButton = (
    <Button
      leftSection={<IconSearch size={16} />}
      variant={scan ? "default" : "filled"}
      loading={looking.fetching || running}
      disabled={!admin}
      title={admin ? undefined : "Administrators may do this; you may look"}
      onClick={() => void start()}
    >
      {scan ? "Look again" : "Look for benches"}
    </Button>
  );

  return (
    <>
      <PageHeader
        title={`Benches on ${server.name}`}
        description={
          scan ? (
            <>
              Looked at <RelativeTime at={scan.createdAt} />
            </>
          ) : (
            "Benches that were made by hand go on as they are; Central takes over those you tick."
          )
        }
        actions={scan ? lookButton : undefined}
      />
      {looking.error ? <ErrorPanel title="Nothing was queued" error={looking.error} /> : null}
      {running && scan ? (
        <div className={classes.card}>
          <Text size="sm" mb={6}>
            {scan.action.step || "Waiting for a runner"} ·{" "}
            <Link to="/activity/$actionId" params={{ actionId: scan.action.id }} search={{}}>
              output
            </Link>
          </Text>
          <ProgressBar percent={scan.action.percent} label="Looking for benches" />
        </div>
      ) : null}
      {scan?.action.status === "FAILED" ? (
        <div className={classes.card} role="alert">
          <Text size="sm" c="red">
            {scan.action.errorMessage}
          </Text>
        </div>
      ) : null}
      {scan ? null : (
        <EmptyState
          icon={<IconSearch size={20} />}
          title={`Nobody looked at ${server.name} yet`}
          action={lookButton}
        >
          Central looks for benches in /home, /opt and /srv, with their apps, commits, sites,
          databases and ports. It only reads; what it finds is shown here to be ticked.
        </EmptyState>
      )}
      {scan?.report ? (
        <>
          <Notes notes={scan.report.notes} />
          <div style={{ height: 12 }} />
          {benches.map((bench) => (
            <FoundBenchCard
              key={bench.path}
              bench={bench}
              pick={choice[bench.path]}
              fault={faults[bench.path]}
              onBench={(on) => setChoice(toggleBench(choice, bench, on))}
              onSite={(site, on) => setChoice(toggleSite(choice, bench, site, on))}
              onName={(name) => setChoice(rename(choice, bench, name))}
              onAppAdded={refresh}
            />
          ))}
          {benches.length === 0 ? (
            <EmptyState title="No bench was found">
              Central looked in /home, /opt and /srv for directories with sites/apps.txt, apps and
              env.
            </EmptyState>
          ) : (
            <section className={classes.footer} aria-label="What will happen">
              <b>What will happen</b>
              <ul>
                <li>
                  Central looks once more, and stops if anything is no longer as it is shown here.
                </li>
                <li>
                  It adds what it needs beside the benches, and one server block to nginx, which it
                  reloads. MariaDB, Redis, the firewall, sshd and other settings stay as they are;
                  nothing is restarted.
                </li>
                <li>
                  The ticked benches and sites go on record, and the proxies route the sites here.
                  They go on being served by their old bench until they are deployed.
                </li>
                <li>
                  A deploy builds a revision beside the old bench and moves the chosen sites out of
                  it. The old directory and its processes stay yours to remove.
                </li>
              </ul>
              {adopting.error ? (
                <ErrorPanel title="Nothing was queued" error={adopting.error} />
              ) : null}
              <Button
                loading={adopting.fetching}
                disabled={
                  !admin || running || blocked || all.length === 0 || Object.keys(faults).length > 0
                }
                onClick={() => void take()}
              >
                {adoptLabel(choice, benches)}
              </Button>
            </section>
          )}
        </>
      ) : null}
    </>
  );
}
