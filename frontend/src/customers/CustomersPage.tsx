import { Button } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { CustomersPageQuery as Answer } from "../gql/graphql";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FilterChip } from "../ui/FilterChip";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { CustomerForm } from "./CustomerForm";
import classes from "./customers.module.css";
import { ExportButton } from "./ExportButton";
import { customerRows } from "./exports";
import { stateLooks, stateOptions } from "./looks";
import { SearchBox } from "./SearchBox";
import { type CustomersSearch, readCustomersSearch } from "./search";
import { useRowKeys } from "./useRowKeys";

const CustomersPageQuery = graphql(/* GraphQL */ `
  query CustomersPage($first: Int!, $after: String, $filter: CustomerFilter) {
    customers(
      first: $first
      after: $after
      filter: $filter
      orderBy: { field: CREATED, descending: true }
    ) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        name
        email
        company
        createdAt
        subscriptions {
          id
          state
          plan {
            id
            name
          }
        }
      }
    }
  }
`);

type Row = Answer["customers"]["nodes"][number];

const columns: Column<Row>[] = [
  {
    key: "name",
    header: "Customer",
    cell: ({ id, name, company }) => (
      <span className={classes.stack}>
        <Link
          to="/customers/$customerId"
          params={{ customerId: id }}
          search={{}}
          className={classes.link}
        >
          {name}
        </Link>{" "}
        <span className={classes.dim}>{company}</span>
      </span>
    ),
  },
  {
    key: "email",
    header: "E-mail",
    cell: ({ email }) => <span className={classes.stack}>{email}</span>,
  },
  {
    key: "state",
    header: "Newest subscription",
    cell: ({ subscriptions: [newest, ...more] }) =>
      newest ? (
        <>
          <StatusBadge look={stateLooks[newest.state]} quiet /> {newest.plan.name}
          {more.length > 0 ? <span className={classes.dim}> and {more.length} more</span> : null}
        </>
      ) : (
        <span className={classes.dim}>none</span>
      ),
  },
  {
    key: "since",
    header: "Since",
    align: "right",
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
];

const route = getRouteApi("/shell/customers");

/** Everybody who ever signed up, newest first. */
export function CustomersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const operator = may(me.role, "OPERATOR");
  const searchBox = useRef<HTMLInputElement>(null);
  const filter = {
    ...(search.q ? { search: search.q } : {}),
    ...(search.state ? { states: search.state } : {}),
  };
  const [{ data, error }, again] = usePolledQuery({
    query: CustomersPageQuery,
    variables: { first: pageSize, after: search.trail?.at(-1) ?? null, filter },
    every: 10_000,
  });
  const page = data?.customers;
  const change = useCallback(
    (next: Partial<CustomersSearch>) =>
      void navigate({
        search: (now) => readCustomersSearch({ ...now, trail: [], ...next }),
        replace: true,
      }),
    [navigate],
  );
  const find = useCallback((q: string) => change({ q }), [change]);
  const open = (row: Row) =>
    void navigate({ to: "/customers/$customerId", params: { customerId: row.id }, search: {} });
  const active = useRowKeys(page?.nodes.length ?? 0, searchBox, (index) => {
    const row = page?.nodes[index];
    if (row) {
      open(row);
    }
  });
  const add = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => change({ add: true })}
      disabled={!operator}
      title={operator ? undefined : "Operators may do this; you may look"}
    >
      Add a customer
    </Button>
  );
  const narrowed = Boolean(search.q || search.state);
  return (
    <>
      <PageHeader title="Customers" count={page?.totalCount} actions={add} />
      <div role="search" className={classes.bar} aria-label="Filters">
        <SearchBox
          label="Search by name, e-mail or company"
          value={search.q ?? ""}
          onChange={find}
          input={searchBox}
        />
        <FilterChip
          label="Has a subscription"
          options={stateOptions}
          values={search.state ?? []}
          onChange={(state) => change({ state })}
        />
        <span className={classes.spacer} />
        <ExportButton name="customers.csv" load={(client) => customerRows(client, filter)} />
      </div>
      {error && !page ? (
        <ErrorPanel
          title="The customers could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Customers"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          onRow={open}
          active={active}
          empty={
            <EmptyState
              icon={<IconUsers size={20} />}
              title={narrowed ? "No customer matches" : "No customer yet"}
              action={narrowed ? undefined : add}
            >
              {narrowed
                ? "Take a filter away to see more."
                : "Each e-mail address that signs up is one customer here."}
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
        />
      ) : null}
      {search.add ? (
        <CustomerForm
          onClose={() => change({ add: false })}
          onDone={(id) =>
            void navigate({ to: "/customers/$customerId", params: { customerId: id }, search: {} })
          }
        />
      ) : null}
    </>
  );
}
