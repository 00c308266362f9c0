import { Button, Skeleton } from "@mantine/core";
import { IconAdjustments, IconBoxOff, IconPlus } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { SitesGlance } from "../ui/SitesGlance";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import { AddBenchAppForm } from "./AddBenchAppForm";
import classes from "./BenchPage.module.css";
import { BenchSettingsForm } from "./BenchSettingsForm";
import type { BenchSearch } from "./benchSearch";
import { nodeWords } from "./NodeSelect";
import { RetireBenchDialog } from "./RetireBenchDialog";
import { RevisionsTable } from "./RevisionsTable";

const BenchPageQuery = graphql(/* GraphQL */ `
  query BenchPage($id: ID!) {
    bench(id: $id) {
      id
      name
      python
      node
      workers
      webWorkers
      memoryMb
      siteCount
      createdAt
      retiredAt
      server {
        id
        name
      }
      revisions {
        id
        siteCount
        apps {
          app
        }
      }
      ...RevisionsTable
    }
    actions(first: 20, filter: { benchId: $id, rootsOnly: true }) {
      nodes {
        id
        title
        status
        actorName
        createdAt
      }
    }
  }
`);

const route = getRouteApi("/shell/benches/$benchId");

/** One bench: what its sites run on, how far behind that is, its settings, and what was done to it. */
export function BenchPage() {
  const { benchId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const [{ data, error }, again] = usePolledQuery({
    query: BenchPageQuery,
    variables: { id: benchId },
    every: 5000,
  });
  if (error && !data) {
    return (
      <>
        <PageHeader title="Bench" />
        <ErrorPanel
          title="The bench could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (!data) {
    return (
      <div className={classes.page} aria-busy>
        <Skeleton height={40} width={260} />
        <Skeleton height={160} radius={10} />
        <Skeleton height={120} radius={10} />
      </div>
    );
  }
  const { bench } = data;
  if (!bench) {
    return (
      <EmptyState icon={<IconBoxOff size={22} />} title="There is no such bench">
        It may never have been on record. <Link to="/benches">All benches</Link>
      </EmptyState>
    );
  }
  const open = (dialog: BenchSearch["open"]) =>
    void navigate({ search: dialog ? { open: dialog } : {} });
  const operator = may(me.role, "OPERATOR") && !bench.retiredAt;
  const admin = may(me.role, "ADMIN") && !bench.retiredAt;
  const [newest] = bench.revisions;
  const elsewhere = newest ? bench.siteCount - newest.siteCount : 0;
  return (
    <>
      <PageHeader
        title={bench.name}
        description={
          <>
            on{" "}
            <Link to="/servers/$serverId" params={{ serverId: bench.server.id }}>
              {bench.server.name}
            </Link>{" "}
            ·{" "}
            <Link to="/sites" search={{ bench: [bench.id] }}>
              {sites(bench.siteCount)}
            </Link>{" "}
            · created <RelativeTime at={bench.createdAt} />
            {bench.retiredAt ? (
              <>
                {" "}
                · retired <RelativeTime at={bench.retiredAt} />
              </>
            ) : null}
          </>
        }
        actions={
          <>
            <Button
              variant="default"
              disabled={!admin || bench.siteCount > 0}
              title={
                bench.siteCount > 0
                  ? "Sites live on it"
                  : admin
                    ? undefined
                    : "Administrators may do this; you may look"
              }
              onClick={() => open("retire")}
            >
              Retire
            </Button>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              disabled={!operator}
              onClick={() => open("app")}
            >
              Add an app
            </Button>
            <Button
              leftSection={<IconAdjustments size={16} />}
              disabled={!operator}
              onClick={() => open("settings")}
            >
              Settings
            </Button>
          </>
        }
      />
      <div className={classes.page}>
        <section className={classes.section} aria-label="Revisions">
          <div className={classes.head}>
            <h2 className={classes.title}>Revisions</h2>
            <span className={classes.dim}>
              {bench.siteCount === 0
                ? "No site lives here yet."
                : elsewhere === 0
                  ? "Every site is on the newest."
                  : `${sites(elsewhere)} not on the newest.`}
            </span>
          </div>
          <RevisionsTable bench={bench} />
        </section>
        <SitesGlance on={{ bench: bench.id }} />
        <section className={classes.section} aria-label="Settings">
          <div className={classes.head}>
            <h2 className={classes.title}>Settings</h2>
          </div>
          <dl className={classes.facts}>
            <div>
              <dt>Python of new revisions</dt>
              <dd>{bench.python}</dd>
            </div>
            <div>
              <dt>Node of new revisions</dt>
              <dd>{nodeWords(bench.node)}</dd>
            </div>
            <div>
              <dt>Web workers</dt>
              <dd>{bench.webWorkers}</dd>
            </div>
            <div>
              <dt>Background workers</dt>
              <dd>{bench.workers}</dd>
            </div>
            <div>
              <dt>Memory of each kind</dt>
              <dd>{bench.memoryMb === 0 ? "no limit" : `${bench.memoryMb} MB`}</dd>
            </div>
          </dl>
        </section>
        <section className={classes.section} aria-label="History">
          <div className={classes.head}>
            <h2 className={classes.title}>History</h2>
          </div>
          {data.actions.nodes.length === 0 ? (
            <p className={classes.none}>Nothing was done to it by itself yet.</p>
          ) : (
            <ul className={classes.list}>
              {data.actions.nodes.map((action) => (
                <li key={action.id}>
                  <StatusBadge look={actionLooks[action.status]} quiet />
                  <Link to="/activity/$actionId" params={{ actionId: action.id }}>
                    {action.title}
                  </Link>
                  <span className={classes.dim}>by {action.actorName}</span>
                  <span className={classes.end}>
                    <RelativeTime at={action.createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      {search.open === "settings" && operator ? (
        <BenchSettingsForm bench={bench} onClose={() => open(undefined)} />
      ) : null}
      {search.open === "app" && operator ? (
        <AddBenchAppForm
          bench={bench}
          has={newest?.apps.map(({ app }) => app) ?? []}
          onClose={() => open(undefined)}
        />
      ) : null}
      {search.open === "retire" && admin ? (
        <RetireBenchDialog bench={bench} onClose={() => open(undefined)} />
      ) : null}
    </>
  );
}

function sites(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "site" : "sites"}`;
}
