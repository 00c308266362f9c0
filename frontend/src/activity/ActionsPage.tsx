import { Switch } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { ActionsQuery as ActionsAnswer } from "../gql/graphql";
import { type Column, DataTable } from "../ui/DataTable";
import { Elapsed } from "../ui/Duration";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FilterChip } from "../ui/FilterChip";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { ProgressBar } from "../ui/ProgressBar";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import classes from "./ActionsPage.module.css";
import { type ActivitySearch, kindWords, statuses } from "./activitySearch";

const ActionsQuery = graphql(/* GraphQL */ `
  query Actions($first: Int!, $after: String, $filter: ActionFilter) {
    actions(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        kind
        status
        title
        actorName
        percent
        step
        errorMessage
        attempt
        createdAt
        startedAt
        finishedAt
        server {
          id
          name
        }
        deploy {
          id
        }
      }
    }
  }
`);

type ActionRow = ActionsAnswer["actions"]["nodes"][number];

const columns: Column<ActionRow>[] = [
  {
    key: "status",
    header: "State",
    width: "124px",
    cell: ({ status }) => <StatusBadge look={actionLooks[status]} />,
  },
  {
    key: "title",
    header: "Action",
    width: "34%",
    cell: (action) => (
      <Link
        to="/activity/$actionId"
        params={{ actionId: action.id }}
        className={classes.title}
        title={action.title}
      >
        {action.title}
      </Link>
    ),
  },
  {
    key: "step",
    header: "What it does",
    width: "30%",
    cell: (action) => <Doing action={action} />,
  },
  {
    key: "server",
    header: "On",
    cell: ({ server }) => <span className={classes.server}>{server?.name ?? "–"}</span>,
  },
  { key: "actor", header: "By", cell: ({ actorName }) => actorName },
  {
    key: "created",
    header: "Asked for",
    align: "right",
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
  {
    key: "took",
    header: "Time",
    align: "right",
    cell: ({ startedAt, finishedAt }) => (
      <Elapsed since={startedAt ?? null} until={finishedAt ?? null} />
    ),
  },
];

function Doing({ action }: { action: ActionRow }) {
  if (action.status === "RUNNING") {
    return (
      <div className={classes.doing}>
        <span className={classes.bar}>
          <ProgressBar percent={action.percent} label={action.title} />
        </span>
        <span className={classes.percent}>{action.percent} %</span>
        <span className={classes.step}>{action.step}</span>
      </div>
    );
  }
  if (action.errorMessage) {
    return (
      <span className={classes.error} title={action.errorMessage}>
        {action.errorMessage}
      </span>
    );
  }
  if (action.status === "SKIPPED") {
    return <span className={classes.step}>what had to come first did not succeed</span>;
  }
  return null;
}

const statusOptions = statuses.map((value) => ({ value, label: actionLooks[value].word }));
const kindOptions = (Object.keys(kindWords) as (keyof typeof kindWords)[]).map((value) => ({
  value,
  label: kindWords[value],
}));

/** The queue and the history: everything that Central was asked to do, newest first. */
export function ActionsPage() {
  const search = useSearch({ from: "/shell/activity" });
  const navigate = useNavigate({ from: "/activity" });
  const trail = search.trail ?? [];
  const change = (changed: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, trail: undefined, ...changed }) });
  const [{ data, error }, again] = usePolledQuery({
    query: ActionsQuery,
    variables: {
      first: pageSize,
      after: trail.at(-1) ?? null,
      filter: {
        statuses: search.status ?? null,
        kinds: search.kind ?? null,
        serverId: search.server ?? null,
        siteId: search.site ?? null,
        rootsOnly: !search.parts,
      },
    },
    every: 3000,
  });
  const page = data?.actions;
  const filtered = Boolean(search.status || search.kind || search.server || search.site);
  return (
    <>
      <PageHeader title="Activity" count={page?.totalCount} />
      <div className={classes.filters}>
        <FilterChip
          label="State"
          options={statusOptions}
          values={search.status ?? []}
          onChange={(values) => change({ status: values.length > 0 ? values : undefined })}
        />
        <FilterChip
          label="Kind"
          options={kindOptions}
          values={search.kind ?? []}
          onChange={(values) => change({ kind: values.length > 0 ? values : undefined })}
        />
        {search.server || search.site ? (
          <button
            type="button"
            className={classes.clear}
            onClick={() => change({ server: undefined, site: undefined })}
          >
            {search.server ? `on server ${search.server}` : `on site ${search.site}`} ×
          </button>
        ) : null}
        <Switch
          size="xs"
          className={classes.parts}
          label="Parts of others too"
          checked={search.parts ?? false}
          onChange={(event) => change({ parts: event.currentTarget.checked || undefined })}
        />
      </div>
      {error && !page ? (
        <ErrorPanel
          title="The queue could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Actions"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          onRow={({ id }) =>
            void navigate({ to: "/activity/$actionId", params: { actionId: id }, search: {} })
          }
          empty={
            <EmptyState
              icon={<IconActivity size={20} />}
              title={filtered ? "No action matches" : "Nothing was asked for yet"}
            >
              {filtered
                ? "Remove a filter to see more."
                : "Whatever Central does to the fleet is listed here before it happens."}
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
          onTrail={(next) => change({ trail: next.length > 0 ? next : undefined })}
        />
      ) : null}
    </>
  );
}
