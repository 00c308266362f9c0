import { IconCircleCheck, IconPlayerPause, IconRocket } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { LastDeploys } from "./LastDeploys";
import { NeedsPerson } from "./NeedsPerson";
import { type Need, needsOf } from "./needs";
import classes from "./OverviewPage.module.css";
import { PairTiles } from "./PairTiles";
import { RunningNow } from "./RunningNow";
import { ServerTiles } from "./ServerTiles";
import { SignUps } from "./SignUps";

const OverviewQuery = graphql(/* GraphQL */ `
  query Overview {
    sites(first: 1) {
      totalCount
    }
    broken: sites(first: 20, filter: { statuses: [BROKEN] }) {
      totalCount
      nodes {
        id
        name
        statusReason
      }
    }
    servers {
      id
      name
      status
      statusReason
      ...ServerTiles_server
    }
    alerts(first: 200) {
      id
      rule
      severity
      subject
      sentence
      server {
        id
      }
      site {
        id
      }
    }
    pairs {
      id
      name
      status
      statusReason
      ...PairTiles_pair
    }
    running: actions(first: 20, filter: { statuses: [RUNNING, QUEUED], rootsOnly: true }) {
      totalCount
      nodes {
        id
        ...RunningNow_action
      }
    }
    deploys(first: 8) {
      nodes {
        id
        title
        status
        finishedAt
        progress {
          total
          rolledBack
          broken
          notStarted
        }
        retryOf {
          id
        }
        ...LastDeploys_deploy
      }
    }
  }
`);

/** Does anything need me, what is running, and how did the last deploys go. */
export function OverviewPage() {
  const [{ data, error }, again] = usePolledQuery({ query: OverviewQuery, every: 4000 });
  if (error && !data) {
    return (
      <>
        <PageHeader title="Overview" />
        <ErrorPanel title="The overview did not come" error={error} onRetry={() => again()} />
      </>
    );
  }
  const needs: Need[] | undefined = data
    ? needsOf({
        servers: data.servers,
        pairs: data.pairs,
        broken: data.broken,
        alerts: data.alerts,
        deploys: data.deploys.nodes,
      })
    : undefined;

  return (
    <>
      <PageHeader
        title="Overview"
        description={
          data
            ? `${count(data.sites.totalCount, "site")} on ${count(data.servers.length, "server")}`
            : undefined
        }
      />
      <div className={classes.page} aria-busy={!data}>
        <Section title="Needs a person" count={needs?.length}>
          {needs?.length === 0 ? (
            <p className={classes.calm}>
              <IconCircleCheck size={17} aria-hidden /> All is well. Nothing waits for a person.
            </p>
          ) : (
            <NeedsPerson needs={needs} />
          )}
        </Section>
        <Section title="Running now" count={data?.running.totalCount}>
          {data?.running.nodes.length === 0 ? (
            <p className={classes.quiet}>
              <IconPlayerPause size={17} aria-hidden /> Nothing runs at the moment.
            </p>
          ) : (
            <RunningNow actions={data?.running.nodes} />
          )}
        </Section>
        {data && data.pairs.length > 0 ? (
          <Section title="Pairs" count={data.pairs.length} to="/pairs">
            <PairTiles pairs={data.pairs} />
          </Section>
        ) : null}
        <Section title="Servers" count={data?.servers.length} to="/servers">
          {data?.servers.length === 0 ? (
            <p className={classes.quiet}>
              No server is on record yet. <Link to="/servers">Add the first one.</Link>
            </p>
          ) : (
            <ServerTiles servers={data?.servers} />
          )}
        </Section>
        <Section title="Sign-ups" to="/subscriptions">
          <SignUps />
        </Section>
        <Section title="Last deploys" to="/deploys">
          {data?.deploys.nodes.length === 0 ? (
            <EmptyState icon={<IconRocket size={22} />} title="No deploy yet">
              Tick some <Link to="/sites">sites</Link> and deploy a release to them.
            </EmptyState>
          ) : (
            <LastDeploys deploys={data?.deploys.nodes} />
          )}
        </Section>
      </div>
    </>
  );
}

function Section({
  title,
  count,
  to,
  children,
}: {
  title: string;
  count?: number | undefined;
  to?: "/servers" | "/pairs" | "/subscriptions" | "/deploys";
  children: React.ReactNode;
}) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.title}>
        {title}
        {count ? <span className={classes.count}>{count}</span> : null}
        {to ? (
          <Link to={to} className={classes.all}>
            All
          </Link>
        ) : null}
      </h2>
      {children}
    </section>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
