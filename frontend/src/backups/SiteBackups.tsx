import { Button } from "@mantine/core";
import { IconArchive, IconDatabaseExport } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { SiteBackupsQuery as Answer } from "../gql/graphql";
import type { SiteStatus } from "../gql/schema";
import { formatBytes } from "../ui/bytes";
import cells from "../ui/cells.module.css";
import { type Column, DataTable } from "../ui/DataTable";
import { ErrorPanel } from "../ui/ErrorPanel";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { ArchiveDialog } from "./ArchiveDialog";
import { backupLooks, kindWords, placeWords } from "./looks";
import { policyWords } from "./policyFields";
import { RemoveBackupDialog } from "./RemoveBackupDialog";
import { RestoreDialog } from "./RestoreDialog";
import classes from "./SiteBackups.module.css";

const SiteBackupsQuery = graphql(/* GraphQL */ `
  query SiteBackups($siteId: ID!) {
    site(id: $siteId) {
      id
      backupPolicy {
        why
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
    }
    backups(siteId: $siteId) {
      id
      kind
      state
      stateReason
      storageError
      siteName
      version
      bytes
      tables
      files
      takenAt
      createdAt
      seconds
      server {
        id
        name
      }
      storage {
        id
        bucket
      }
      action {
        id
      }
    }
  }
`);

const BackUpMutation = graphql(/* GraphQL */ `
  mutation BackUpSite($input: BackUpSiteInput!) {
    backUpSite(input: $input) {
      backup {
        id
      }
      action {
        id
      }
    }
  }
`);

const TestRestoreMutation = graphql(/* GraphQL */ `
  mutation TestRestore($input: TestRestoreInput!) {
    testRestore(input: $input) {
      action {
        id
      }
    }
  }
`);

/** A backup as the list of a site knows it. */
export type SiteBackup = Answer["backups"][number];

/** A site as its backups need it. */
export interface BackedUpSite {
  id: string;
  name: string;
  status: SiteStatus;
  busyWith: { title: string } | null;
}

/** The backups of one site, and what can be done with them. */
export function SiteBackups({ site }: { site: BackedUpSite }) {
  const me = useMe();
  const [restoring, setRestoring] = useState<SiteBackup>();
  const [removing, setRemoving] = useState<SiteBackup>();
  const [archiving, setArchiving] = useState(false);
  const [{ data, error }, again] = usePolledQuery({
    query: SiteBackupsQuery,
    variables: { siteId: site.id },
    every: 5000,
  });
  const [{ fetching, error: refused }, backUp] = useMutation(BackUpMutation);
  const [, test] = useMutation(TestRestoreMutation);
  const navigate = useNavigate();
  const refresh = () => again({ requestPolicy: "network-only" });
  const operator = may(me.role, "OPERATOR");
  const fault = whyNot(site, operator);

  const columns: Column<SiteBackup>[] = [
    {
      key: "taken",
      header: "Taken",
      cell: (backup) => (
        <>
          <RelativeTime at={backup.takenAt ?? backup.createdAt} />
          <span className={classes.more}>{kindWords[backup.kind]}</span>
        </>
      ),
    },
    {
      key: "state",
      header: "State",
      cell: (backup) => (
        <>
          <StatusBadge quiet look={backupLooks[backup.state]} />
          {backup.stateReason ? <span className={classes.reason}>{backup.stateReason}</span> : null}
          {backup.storageError ? (
            <span className={classes.reason}>Not in the S3 storage: {backup.storageError}</span>
          ) : null}
        </>
      ),
    },
    {
      key: "what",
      header: "Holds",
      cell: (backup) =>
        backup.state === "COMPLETE" ? (
          <>
            {formatBytes(backup.bytes)}
            <span className={classes.more}>
              {backup.tables} tables, {backup.files} files · {backup.version}
            </span>
          </>
        ) : (
          "–"
        ),
    },
    { key: "where", header: "Where", cell: placeWords },
    {
      key: "actions",
      header: "",
      align: "right",
      width: "1%",
      cell: (backup) =>
        backup.state === "COMPLETE" ? (
          <span className={cells.actions}>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              disabled={!operator || site.status === "ARCHIVED"}
              title={
                operator
                  ? "Restores it beside the site, compares it, and drops it"
                  : "Operators may do this; you may look"
              }
              onClick={async () => {
                const result = await test({ input: { backupId: backup.id } });
                const actionId = result.data?.testRestore.action.id;
                if (actionId) {
                  await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
                }
              }}
            >
              Test
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              disabled={!operator}
              title={operator ? undefined : "Operators may do this; you may look"}
              onClick={() => setRestoring(backup)}
            >
              {site.status === "ARCHIVED" ? "Bring back…" : "Restore…"}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              disabled={!may(me.role, "ADMIN")}
              title={may(me.role, "ADMIN") ? undefined : "Administrators may do this; you may look"}
              onClick={() => setRemoving(backup)}
            >
              Remove…
            </Button>
          </span>
        ) : (
          <Link
            to="/activity/$actionId"
            params={{ actionId: backup.action.id }}
            search={{}}
            className={cells.link}
          >
            Watch
          </Link>
        ),
    },
  ];

  return (
    <section className={classes.section} aria-label="Backups">
      <div className={classes.head}>
        <h2 className={classes.title}>Backups</h2>
        <span className={classes.spacer} />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDatabaseExport size={15} aria-hidden />}
          loading={fetching}
          disabled={fault !== ""}
          title={fault || undefined}
          onClick={async () => {
            await backUp({ input: { siteId: site.id } }, shownInPlace);
            refresh();
          }}
        >
          Back up now
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArchive size={15} aria-hidden />}
          disabled={fault !== ""}
          title={fault || undefined}
          onClick={() => setArchiving(true)}
        >
          Archive…
        </Button>
      </div>
      {data?.site ? (
        <p className={classes.dim}>
          By schedule {policyWords(data.site.backupPolicy.policy)}. {data.site.backupPolicy.why}
        </p>
      ) : null}
      {refused ? <ErrorPanel title="The backup was not queued" error={refused} /> : null}
      {error && !data ? (
        <ErrorPanel title="The backups could not be loaded" error={error} onRetry={refresh} />
      ) : (
        <DataTable
          label="The backups of this site"
          columns={columns}
          rows={data?.backups}
          rowKey={({ id }) => id}
          empty={
            <p className={classes.dim}>
              No backup yet. One is taken by the schedule when the site is old enough, or now.
            </p>
          }
        />
      )}
      {restoring ? (
        <RestoreDialog site={site} backup={restoring} onClose={() => setRestoring(undefined)} />
      ) : null}
      {removing ? (
        <RemoveBackupDialog
          backup={removing}
          onClose={() => setRemoving(undefined)}
          onRemoved={() => {
            setRemoving(undefined);
            refresh();
          }}
        />
      ) : null}
      {archiving ? <ArchiveDialog site={site} onClose={() => setArchiving(false)} /> : null}
    </section>
  );
}

/** Why the site cannot be backed up or archived now; empty when it can. */
export function whyNot(site: BackedUpSite, operator: boolean): string {
  if (!operator) {
    return "Operators may do this; you may look";
  }
  if (site.status !== "ACTIVE") {
    return "The site is not active";
  }
  return site.busyWith ? `Wait for “${site.busyWith.title}”` : "";
}
