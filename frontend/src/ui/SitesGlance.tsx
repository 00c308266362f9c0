import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { BackupAge, OLD_BACKUP_HOURS } from "./BackupAge";
import { ErrorPanel } from "./ErrorPanel";
import { SiteLink } from "./SiteLink";
import classes from "./SitesGlance.module.css";
import { StatusBadge } from "./StatusBadge";
import { siteLooks } from "./tones";

const SitesGlanceQuery = graphql(/* GraphQL */ `
  query SitesGlance($filter: SiteFilter!, $missed: SiteFilter!) {
    sites(first: 8, filter: $filter) {
      totalCount
      nodes {
        id
        name
        status
        version
        lastBackupAt
      }
    }
    missed: sites(first: 1, filter: $missed) {
      totalCount
    }
  }
`);

/** The first sites of a bench or a server with the age of their backups, and the way to all of them. */
export function SitesGlance({ on }: { on: { bench: string } | { server: string } }) {
  const filter = "bench" in on ? { benchIds: [on.bench] } : { serverIds: [on.server] };
  const search = "bench" in on ? { bench: [on.bench] } : { server: [on.server] };
  const [{ data, error }, again] = usePolledQuery({
    query: SitesGlanceQuery,
    variables: { filter, missed: { ...filter, backupOlderThanHours: OLD_BACKUP_HOURS } },
    every: 10_000,
  });
  const total = data?.sites.totalCount ?? 0;
  const missed = data?.missed.totalCount ?? 0;
  return (
    <section className={classes.section} aria-label="Sites">
      <div className={classes.head}>
        <h2 className={classes.title}>Sites</h2>
        {missed > 0 ? (
          <Link
            to="/sites"
            search={{ ...search, backup: OLD_BACKUP_HOURS }}
            className={classes.dim}
          >
            {missed.toLocaleString("en")} without a backup of the last two days
          </Link>
        ) : null}
      </div>
      {error && !data ? (
        <ErrorPanel
          title="The sites could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : !data ? (
        <div className={classes.foot} aria-busy>
          <Skeleton height={18} width={200} />
        </div>
      ) : total === 0 ? (
        <div className={`${classes.foot} ${classes.dim}`}>No site lives here.</div>
      ) : (
        <>
          <ul className={classes.list}>
            {data.sites.nodes.map((site) => (
              <li key={site.id}>
                <span className={classes.name}>
                  <SiteLink site={site} />
                </span>
                <StatusBadge look={siteLooks[site.status]} quiet />
                <span className={classes.dim}>{site.version}</span>
                <span className={classes.end}>
                  <span className={classes.dim}>Backup </span>
                  <BackupAge at={site.lastBackupAt} />
                </span>
              </li>
            ))}
          </ul>
          {total > data.sites.nodes.length ? (
            <div className={classes.foot}>
              <Link to="/sites" search={search}>
                All {total.toLocaleString("en")} sites
              </Link>
            </div>
          ) : null}
        </>
      )}
    </section>
  );
}
