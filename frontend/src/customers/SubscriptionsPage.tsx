import { SegmentedControl, Select } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { useQuery } from "urql";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { SubscriptionsPageQuery as Answer } from "../gql/graphql";
import { BackupAge } from "../ui/BackupAge";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FilterChip } from "../ui/FilterChip";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { RelativeTime } from "../ui/RelativeTime";
import { SiteLink } from "../ui/SiteLink";
import { StatusBadge } from "../ui/StatusBadge";
import classes from "./customers.module.css";
import { ExportButton } from "./ExportButton";
import { subscriptionRows } from "./exports";
import { FiguresView } from "./FiguresView";
import { endWords, stateLooks, stateOptions } from "./looks";
import { moneyWords } from "./money";
import { SearchBox } from "./SearchBox";
import { orderOf, readSubscriptionsSearch, type SubscriptionsSearch } from "./search";
import { useRowKeys } from "./useRowKeys";

const SubscriptionsPageQuery = graphql(/* GraphQL */ `
  query SubscriptionsPage(
    $first: Int!
    $after: String
    $filter: SubscriptionFilter
    $orderBy: SubscriptionOrderBy
  ) {
    subscriptions(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        state
        stateEndsAt
        cancelAt
        createdAt
        price {
          amount
          currency
        }
        customer {
          id
          name
          email
        }
        plan {
          id
          name
        }
        site {
          id
          name
          lastBackupAt
        }
        overLimits {
          limit
          sentence
        }
      }
    }
  }
`);

const PlanNamesQuery = graphql(/* GraphQL */ `
  query PlanNames {
    plans {
      id
      name
      closed
      subscriptionCount
    }
  }
`);

type Row = Answer["subscriptions"]["nodes"][number];

const columns: Column<Row>[] = [
  {
    key: "state",
    header: "State",
    width: "130px",
    cell: ({ state }) => <StatusBadge look={stateLooks[state]} quiet />,
  },
  {
    key: "customer",
    header: "Customer",
    cell: ({ customer }) => (
      <span className={classes.stack}>
        <Link
          to="/customers/$customerId"
          params={{ customerId: customer.id }}
          search={{}}
          className={classes.link}
        >
          {customer.name}
        </Link>{" "}
        <span className={classes.dim}>{customer.email}</span>
      </span>
    ),
  },
  { key: "plan", header: "Plan", cell: ({ plan }) => plan.name },
  { key: "price", header: "A month", align: "right", cell: ({ price }) => moneyWords(price) },
  {
    key: "site",
    header: "Site",
    cell: ({ site, overLimits }) => (
      <>
        {site ? <SiteLink site={site} /> : <span className={classes.dim}>none</span>}
        {overLimits.length > 0 ? (
          <span title={overLimits.map(({ sentence }) => sentence).join(" ")}>
            {" "}
            <StatusBadge look={{ tone: "wait", word: "Over a limit" }} quiet />
          </span>
        ) : null}
      </>
    ),
  },
  {
    key: "backup",
    header: "Backup",
    cell: ({ site }) => (site ? <BackupAge at={site.lastBackupAt} /> : "–"),
  },
  {
    key: "ends",
    header: "Next",
    align: "right",
    cell: ({ state, stateEndsAt, cancelAt }) =>
      stateEndsAt ? (
        <>
          {cancelAt ? "cancelled" : endWords[state]} <RelativeTime at={cancelAt ?? stateEndsAt} />
        </>
      ) : (
        "–"
      ),
  },
  {
    key: "began",
    header: "Began",
    align: "right",
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
];

const route = getRouteApi("/shell/subscriptions");

/** Every subscription, or what the team asks of them in figures. */
export function SubscriptionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: Partial<SubscriptionsSearch>) =>
      void navigate({
        search: (now) => readSubscriptionsSearch({ ...now, trail: [], ...next }),
        replace: true,
      }),
    [navigate],
  );
  return (
    <>
      <PageHeader
        title="Subscriptions"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="What is shown"
            value={search.view ?? "list"}
            onChange={(view) =>
              void navigate({ search: view === "figures" ? { view: "figures" } : {} })
            }
            data={[
              { value: "list", label: "List" },
              { value: "figures", label: "Figures" },
            ]}
          />
        }
      />
      {search.view === "figures" ? <FiguresView /> : <List search={search} change={change} />}
    </>
  );
}

function List({
  search,
  change,
}: {
  search: SubscriptionsSearch;
  change: (next: Partial<SubscriptionsSearch>) => void;
}) {
  const navigate = route.useNavigate();
  const searchBox = useRef<HTMLInputElement>(null);
  const [{ data: names }] = useQuery({ query: PlanNamesQuery });
  const filter = {
    ...(search.q ? { search: search.q } : {}),
    ...(search.state ? { states: search.state } : {}),
    ...(search.plan ? { planIds: search.plan } : {}),
    ...(search.over ? { overLimit: true } : {}),
  };
  const orderBy = orderOf(search.sort);
  const [{ data, error }, again] = usePolledQuery({
    query: SubscriptionsPageQuery,
    variables: { first: pageSize, after: search.trail?.at(-1) ?? null, filter, orderBy },
    every: 10_000,
  });
  const page = data?.subscriptions;
  const find = useCallback((q: string) => change({ q }), [change]);
  const open = ({ customer }: Row) =>
    void navigate({
      to: "/customers/$customerId",
      params: { customerId: customer.id },
      search: {},
    });
  const active = useRowKeys(page?.nodes.length ?? 0, searchBox, (index) => {
    const row = page?.nodes[index];
    if (row) {
      open(row);
    }
  });
  const narrowed = Boolean(search.q || search.state || search.plan || search.over);
  return (
    <>
      <div role="search" className={classes.bar} aria-label="Filters">
        <SearchBox
          label="Search by customer or site"
          value={search.q ?? ""}
          onChange={find}
          input={searchBox}
        />
        <FilterChip
          label="State"
          options={stateOptions}
          values={search.state ?? []}
          onChange={(state) => change({ state })}
        />
        <FilterChip
          label="Plan"
          options={(names?.plans ?? []).map((plan) => ({
            value: plan.id,
            label: plan.name,
            hint: plan.closed ? "closed" : `${plan.subscriptionCount}`,
          }))}
          values={search.plan ?? []}
          onChange={(plan) => change({ plan })}
        />
        <FilterChip
          label="Limits"
          options={[{ value: "over", label: "Over a limit of the plan" }]}
          values={search.over ? ["over"] : []}
          onChange={(chosen) => change({ over: chosen?.includes("over") ? true : undefined })}
        />
        <Select
          size="xs"
          w={150}
          aria-label="Order"
          allowDeselect={false}
          value={search.sort ?? "CREATED"}
          onChange={(sort) => change({ sort: sort === "ENDS" ? sort : undefined })}
          data={[
            { value: "CREATED", label: "Newest first" },
            { value: "ENDS", label: "Next change first" },
          ]}
        />
        <span className={classes.spacer} />
        <span className={classes.dim}>
          {page ? `${page.totalCount.toLocaleString("en")} match` : ""}
        </span>
        <ExportButton
          name="subscriptions.csv"
          load={(client) => subscriptionRows(client, filter, orderBy)}
        />
      </div>
      {error && !page ? (
        <ErrorPanel
          title="The subscriptions could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Subscriptions"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          onRow={open}
          active={active}
          empty={
            <EmptyState
              icon={<IconReceipt size={20} />}
              title={narrowed ? "No subscription matches" : "No subscription yet"}
            >
              {narrowed ? (
                "Archived ones show only when that state is chosen."
              ) : (
                <>
                  One begins on the page of <Link to="/customers">a customer</Link>.
                </>
              )}
            </EmptyState>
          }
        />
      )}
      {page ? (
        <Pager
          trail={search.trail ?? []}
          total={page.totalCount}
          endCursor={page.pageInfo.endCursor}
          hasNextPage={page.pageInfo.hasNextPage}
          onTrail={(trail) => change({ trail })}
          words={["Before", "After"]}
        />
      ) : null}
    </>
  );
}
