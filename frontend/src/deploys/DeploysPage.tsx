import { Button } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { DeploysQuery as DeploysAnswer } from "../gql/graphql";
import { type Column, DataTable } from "../ui/DataTable";
import { Elapsed } from "../ui/Duration";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { deployLooks } from "../ui/tones";
import { DeployBar } from "./DeployBar";
import classes from "./DeploysPage.module.css";
import { countsOf, deployEnded } from "./deployFigures";
import { Problems } from "./Problems";

const DeploysQuery = graphql(/* GraphQL */ `
  query Deploys($first: Int!, $after: String) {
    deploys(first: $first, after: $after) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        title
        actorName
        createdAt
        retryOf {
          id
        }
        progress {
          status
          total
          running
          done
          rolledBack
          broken
          cancelled
          notStarted
          secondsLeft
          startedAt
          finishedAt
        }
      }
    }
  }
`);

type DeployRow = DeploysAnswer["deploys"]["nodes"][number];

const columns: Column<DeployRow>[] = [
  {
    key: "status",
    header: "State",
    width: "130px",
    cell: ({ progress }) => <StatusBadge look={deployLooks[progress.status]} />,
  },
  {
    key: "title",
    header: "Deploy",
    cell: (deploy) => (
      <div className={classes.what}>
        <Link to="/deploys/$deployId" params={{ deployId: deploy.id }} className={classes.title}>
          {deploy.title}
        </Link>
        <span className={classes.sub}>
          {deploy.id} by {deploy.actorName}
          {deploy.retryOf ? `, tries ${deploy.retryOf.id} again` : ""}
        </span>
        <span className={classes.small} aria-hidden>
          <SitesBar deploy={deploy} />
        </span>
      </div>
    ),
  },
  {
    key: "progress",
    header: "Sites",
    width: "34%",
    cell: (deploy) => (
      <div className={classes.progress}>
        <SitesBar deploy={deploy} />
        <span className={classes.figure}>
          {deploy.progress.done.toLocaleString("en")}/{deploy.progress.total.toLocaleString("en")}
        </span>
        <span className={classes.problems}>
          <Problems counts={countsOf(deploy.progress)} />
        </span>
      </div>
    ),
  },
  {
    key: "started",
    header: "Started",
    align: "right",
    width: "110px",
    cell: (deploy) => <RelativeTime at={deploy.createdAt} />,
  },
  {
    key: "took",
    header: "Time",
    align: "right",
    width: "100px",
    cell: ({ progress }) => (
      <Elapsed since={progress.startedAt ?? null} until={progress.finishedAt ?? null} />
    ),
  },
];

function SitesBar({ deploy }: { deploy: DeployRow }) {
  const { progress } = deploy;
  const counts = countsOf(progress);
  const ended = progress.total - counts.RUNNING - counts.WAITING;
  return (
    <DeployBar
      counts={counts}
      total={progress.total}
      percent={progress.total === 0 ? 0 : (100 * ended) / progress.total}
      label={`Sites of ${deploy.title}`}
      height={8}
    />
  );
}

/** All deploys, newest first; those that run move. */
export function DeploysPage() {
  const { trail = [] } = useSearch({ from: "/shell/deploys" });
  const navigate = useNavigate({ from: "/deploys" });
  const after = trail.at(-1) ?? null;
  const [{ data, error }, again] = usePolledQuery({
    query: DeploysQuery,
    variables: { first: pageSize, after },
    every: 3000,
  });
  const page = data?.deploys;
  const running = page?.nodes.filter(({ progress }) => !deployEnded(progress.status)).length ?? 0;
  return (
    <>
      <PageHeader
        title="Deploys"
        count={page?.totalCount}
        description={
          page === undefined || page.totalCount === 0
            ? undefined
            : running === 0
              ? "None is running."
              : running === 1
                ? "1 is running."
                : `${running} are running.`
        }
        actions={
          <Button
            component={Link}
            to="/sites"
            variant="default"
            leftSection={<IconRocket size={16} />}
          >
            Choose sites to deploy
          </Button>
        }
      />
      {error && !page ? (
        <ErrorPanel
          title="The deploys could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Deploys"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          onRow={({ id }) => void navigate({ to: "/deploys/$deployId", params: { deployId: id } })}
          empty={
            <EmptyState
              icon={<IconRocket size={20} />}
              title="Nothing was deployed yet"
              action={
                <Button component={Link} to="/sites">
                  Choose sites
                </Button>
              }
            >
              A deploy moves the sites you tick to new code, each with as little downtime as can be,
              and takes back what fails.
            </EmptyState>
          }
        />
      )}
      {page ? (
        <Pager
          trail={trail}
          total={page.totalCount}
          endCursor={page.pageInfo.endCursor}
          hasNextPage={page.pageInfo.hasNextPage}
          onTrail={(next) => void navigate({ search: next.length > 0 ? { trail: next } : {} })}
        />
      ) : null}
    </>
  );
}
