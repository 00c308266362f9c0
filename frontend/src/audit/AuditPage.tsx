import { IconHistory } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { AuditLogQuery as AuditLogAnswer } from "../gql/graphql";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { Pager, pageSize } from "../ui/Pager";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import classes from "./AuditPage.module.css";
import { operationWords } from "./operationWords";

const AuditLogQuery = graphql(/* GraphQL */ `
  query AuditLog($first: Int!, $after: String) {
    auditLog(first: $first, after: $after) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        at
        actorName
        remoteAddress
        operation
        subject
        action {
          id
          status
          title
        }
      }
    }
  }
`);

type Entry = AuditLogAnswer["auditLog"]["nodes"][number];

const columns: Column<Entry>[] = [
  {
    key: "at",
    header: "When",
    width: "110px",
    cell: ({ at }) => <RelativeTime at={at} />,
  },
  {
    key: "actor",
    header: "Who",
    cell: ({ actorName }) => <b className={classes.actor}>{actorName}</b>,
  },
  {
    key: "operation",
    header: "What",
    cell: ({ operation }) => <span title={operation}>{operationWords(operation)}</span>,
  },
  {
    key: "subject",
    header: "About",
    width: "40%",
    wrap: true,
    cell: ({ subject }) => <span className={classes.subject}>{subject || "–"}</span>,
  },
  {
    key: "action",
    header: "Outcome",
    cell: ({ action }) =>
      action ? (
        <Link
          to="/activity/$actionId"
          params={{ actionId: action.id }}
          className={classes.action}
          title={action.title}
        >
          <StatusBadge look={actionLooks[action.status]} quiet />
        </Link>
      ) : (
        <span className={classes.none}>on record</span>
      ),
  },
  {
    key: "from",
    header: "From",
    align: "right",
    cell: ({ remoteAddress }) => <span className={classes.from}>{remoteAddress || "–"}</span>,
  },
];

/** Who asked for what, when and from where, and what came of it. Nothing in it is ever changed. */
export function AuditPage() {
  const { trail = [] } = useSearch({ from: "/shell/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const [{ data, error }, again] = usePolledQuery({
    query: AuditLogQuery,
    variables: { first: pageSize, after: trail.at(-1) ?? null },
    every: 10_000,
  });
  const page = data?.auditLog;
  return (
    <>
      <PageHeader
        title="Audit"
        count={page?.totalCount}
        description="Everything that was asked for, on record before it happened."
      />
      {error && !page ? (
        <ErrorPanel
          title="The audit log could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Audit log"
          columns={columns}
          rows={page?.nodes}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={<IconHistory size={20} />} title="Nothing is on record yet">
              Each change that somebody asks for is written down here first.
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
