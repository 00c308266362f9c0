import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SubscriptionState } from "../gql/schema";
import { BackupAge } from "../ui/BackupAge";
import { Copy } from "../ui/Copy";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { healthLooks, type Look } from "../ui/tones";
import classes from "./SitePage.module.css";
import type { PageSite } from "./sitePageQuery";

const subscriptionLooks: Record<SubscriptionState, Look> = {
  TRIAL: { tone: "idle", word: "Trial" },
  ACTIVE: { tone: "done", word: "Active" },
  PAST_DUE: { tone: "wait", word: "Past due" },
  SUSPENDED: { tone: "bad", word: "Suspended" },
  CANCELLED: { tone: "idle", word: "Cancelled" },
  ARCHIVED: { tone: "idle", word: "Archived" },
};

const servingWords: Record<PageSite["serving"], string> = {
  OPEN: "Open",
  MAINTENANCE: "Closed: they are told to come back soon",
  SUSPENDED: "Closed: they are told that it is suspended",
};

/** What a site is, where it lives and who pays for it. */
export function SiteFacts({ site }: { site: PageSite }) {
  return (
    <section className={classes.section} aria-label="Facts">
      <h2 className={classes.title}>Facts</h2>
      <ul className={classes.list}>
        <Fact name="Host name">
          <Copy value={site.name} what="host name" />
        </Fact>
        <Fact name="Version">
          {site.version} <span className={classes.dim}>on {site.revision.name}</span>
        </Fact>
        <Fact name="Bench">
          <Link to="/sites" search={{ bench: [site.bench.id] }} title="All sites of this bench">
            {site.bench.name}
          </Link>
        </Fact>
        <Fact name="Server">
          <Link to="/servers/$serverId" params={{ serverId: site.server.id }}>
            {site.server.name}
          </Link>
          {site.server.pair ? (
            <>
              {", master of the pair "}
              <Link to="/pairs/$pairId" params={{ pairId: site.server.pair.id }}>
                {site.server.pair.name}
              </Link>
            </>
          ) : null}
        </Fact>
        <Fact name="Health">
          <Health health={site.health} />
        </Fact>
        <Fact name="Newest backup">
          <BackupAge at={site.lastBackupAt} created={site.createdAt} />
        </Fact>
        <Fact name="Visitors">{servingWords[site.serving]}</Fact>
        <Fact name="Certificate">
          <CertificateEnd certificate={site.certificate} />
        </Fact>
        <Fact name="Subscription">
          <Subscription subscription={site.subscription} />
        </Fact>
        <Fact name="Created">
          <RelativeTime at={site.createdAt} />
        </Fact>
      </ul>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <li className={classes.row}>
      <span className={classes.key}>{name}</span>
      <span className={classes.what}>{children}</span>
    </li>
  );
}

function Health({ health }: { health: PageSite["health"] }) {
  if (!health.checkedAt) {
    return <span className={classes.dim}>It was not asked yet</span>;
  }
  return (
    <>
      <StatusBadge look={healthLooks[health.state]} quiet />{" "}
      <span className={classes.dim}>
        {health.status === 0 ? "no answer" : `status ${health.status}`},{" "}
        <RelativeTime at={health.checkedAt} />
      </span>
    </>
  );
}

function CertificateEnd({ certificate }: { certificate: PageSite["certificate"] }) {
  if (!certificate) {
    return <span className={classes.dim}>None: it is served without https</span>;
  }
  if (certificate.warning) {
    return certificate.warning;
  }
  return certificate.notAfter ? (
    <>
      Until <RelativeTime at={certificate.notAfter} />
    </>
  ) : (
    "Being issued"
  );
}

function Subscription({ subscription }: { subscription: PageSite["subscription"] }) {
  if (!subscription) {
    return <span className={classes.dim}>None</span>;
  }
  const { customer, plan, state, stateEndsAt, cancelAt } = subscription;
  const until = cancelAt ?? stateEndsAt;
  return (
    <>
      <Link to="/customers/$customerId" params={{ customerId: customer.id }}>
        {customer.name}
      </Link>
      {`, ${plan.name} `}
      <StatusBadge look={subscriptionLooks[state]} quiet />
      {until ? (
        <span className={classes.dim}>
          {" until "}
          <RelativeTime at={until} />
        </span>
      ) : null}
    </>
  );
}
