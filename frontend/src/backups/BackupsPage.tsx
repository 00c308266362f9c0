import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import type { BackupsPageQuery as Answer } from "../gql/graphql";
import cells from "../ui/cells.module.css";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import { PolicyForm } from "./PolicyForm";
import { ScopedPolicies } from "./ScopedPolicies";
import classes from "./SiteBackups.module.css";
import { StorageForm } from "./StorageForm";

const BackupsPageQuery = graphql(/* GraphQL */ `
  query BackupsPage {
    backupPolicy {
      everyHours
      keepLast
      keepDaily
      keepWeekly
      keepMonthly
      manualDays
      beforeRestoreDays
      finalDays
      testDays
    }
    scopedBackupPolicies {
      plan {
        id
        name
      }
      bench {
        id
        name
      }
      policy {
        everyHours
        keepLast
        keepDaily
        keepWeekly
        keepMonthly
        manualDays
        beforeRestoreDays
        finalDays
        testDays
      }
    }
    plans {
      id
      name
    }
    benches {
      id
      name
    }
    backupStorage {
      id
      endpoint
      region
      bucket
      prefix
      accessKey
      inUse
      checkedAt
    }
    actions(first: 1, filter: { kinds: [TEST_RESTORE] }) {
      nodes {
        id
        title
        status
        errorMessage
        createdAt
        finishedAt
      }
    }
    sites(first: 1, filter: { backupOlderThanHours: 48 }) {
      totalCount
    }
  }
`);

/** When sites are backed up, how long backups are kept, and where they are copied to. */
export function BackupsPage() {
  const me = useMe();
  const [{ data, error }, again] = useQuery({ query: BackupsPageQuery });
  const refresh = () => again({ requestPolicy: "network-only" });
  const admin = may(me.role, "ADMIN");
  const old = data?.sites.totalCount ?? 0;
  return (
    <>
      <PageHeader
        title="Backups"
        description={
          data ? (
            <Link to="/sites" search={{ backup: 48 }}>
              {old === 0
                ? "Every site has a backup of the last two days"
                : `${old.toLocaleString("en")} ${old === 1 ? "site has" : "sites have"} no backup of the last two days`}
            </Link>
          ) : undefined
        }
      />
      {error && !data ? (
        <ErrorPanel title="The settings could not be loaded" error={error} onRetry={refresh} />
      ) : data ? (
        <div className={classes.cards}>
          <LastTest test={data.actions.nodes[0]} />
          <PolicyForm policy={data.backupPolicy} allowed={admin} onSaved={refresh} />
          <ScopedPolicies answer={data} allowed={admin} onSaved={refresh} />
          <StorageForm storage={data.backupStorage} allowed={admin} onSaved={refresh} />
        </div>
      ) : (
        <Skeleton height={320} radius={10} />
      )}
    </>
  );
}

/** How the last test of a restore ended: whether backups work. */
function LastTest({ test }: { test: Answer["actions"]["nodes"][number] | undefined }) {
  return (
    <section className={classes.card} aria-label="Restore test">
      <div className={classes.head}>
        <h2 className={classes.title}>Restore test</h2>
        {test ? <StatusBadge look={actionLooks[test.status]} /> : null}
      </div>
      {test ? (
        <span className={classes.dim}>
          <Link
            to="/activity/$actionId"
            params={{ actionId: test.id }}
            search={{}}
            className={cells.link}
          >
            {test.title}
          </Link>{" "}
          <RelativeTime at={test.finishedAt ?? test.createdAt} />
          {test.errorMessage ? <span className={classes.reason}>{test.errorMessage}</span> : null}
        </span>
      ) : (
        <span className={classes.dim}>
          None yet. The backup of a random site is restored beside it, compared and dropped when its
          time has come.
        </span>
      )}
    </section>
  );
}
