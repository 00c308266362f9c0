import { Button, Skeleton } from "@mantine/core";
import { IconWorldOff } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { ProgressBar } from "../ui/ProgressBar";
import { StatusBadge } from "../ui/StatusBadge";
import { formatDuration, useNow } from "../ui/time";
import { healthLooks, siteLooks } from "../ui/tones";
import { AppsDialog } from "./AppsDialog";
import { ConfigureDialog } from "./ConfigureDialog";
import { DomainDialog } from "./DomainDialog";
import { MoveDialog } from "./MoveDialog";
import { RenameDialog } from "./RenameDialog";
import { ServingDialog } from "./ServingDialog";
import { SignInDialog } from "./SignInDialog";
import { SiteActions } from "./SiteActions";
import { SiteConfiguration } from "./SiteConfiguration";
import { SiteDomains } from "./SiteDomains";
import { SiteFacts } from "./SiteFacts";
import { SiteHistory } from "./SiteHistory";
import classes from "./SitePage.module.css";
import { type SiteDeed, whyNot } from "./siteDeeds";
import { type PageAction, type PageSite, SitePageQuery } from "./sitePageQuery";

const route = getRouteApi("/shell/sites/$siteId");

/** What the page gets from other parts of the dashboard. */
export interface SitePageParts {
  /** Sections that stand before its history, such as its backups. */
  sections?: (site: PageSite) => ReactNode;
}

/** Is this site all right, what is it, what happened to it, and what can be done with it. */
export function SitePage(parts: SitePageParts) {
  const { siteId } = route.useParams();
  const [{ data, error, fetching }, again] = usePolledQuery({
    query: SitePageQuery,
    variables: { id: siteId },
    every: 3000,
  });
  // On the way from one site to another the answer is still the one before.
  if (data?.site?.id === siteId) {
    return <SiteView key={siteId} site={data.site} actions={data.actions.nodes} {...parts} />;
  }
  if (error) {
    return (
      <>
        <PageHeader title="Site" />
        <ErrorPanel
          title="The site could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (fetching || !data || data.site) {
    return (
      <div className={classes.page} aria-busy>
        <PageHeader title="Site" description="Loading" />
        <Skeleton height={240} radius={10} />
        <Skeleton height={160} radius={10} />
      </div>
    );
  }
  return (
    <EmptyState
      icon={<IconWorldOff size={20} />}
      title={`There is no site ${siteId}`}
      action={
        <Button component={Link} to="/sites" variant="default">
          All sites
        </Button>
      }
    />
  );
}

function SiteView({
  site,
  actions,
  sections,
}: { site: PageSite; actions: readonly PageAction[] } & SitePageParts) {
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const open = (deed: SiteDeed | undefined) =>
    void navigate({ search: deed ? { do: deed } : {}, replace: deed === undefined });
  const close = () => open(undefined);
  const doing = search.do && whyNot(search.do, site, me.role) === "" ? search.do : undefined;
  return (
    <>
      <PageHeader
        title={site.name}
        badge={<SiteBadge site={site} />}
        description={
          <>
            {site.version} · {site.bench.name} on {site.server.name}
          </>
        }
        actions={<SiteActions site={site} onOpen={open} />}
      />
      <div className={classes.page}>
        {site.busyWith ? <Busy busy={site.busyWith} /> : null}
        {site.statusReason ? (
          <p className={classes.reason} role="status">
            {site.statusReason}
          </p>
        ) : null}
        <div className={classes.columns}>
          <div className={classes.stack}>
            <SiteFacts site={site} />
            <SiteDomains site={site} onAdd={() => open("domain")} />
            <SiteConfiguration site={site} onSet={() => open("configure")} />
            {sections?.(site)}
          </div>
          <SiteHistory site={site} actions={actions} />
        </div>
      </div>
      {doing === "signIn" ? <SignInDialog site={site} onClose={close} /> : null}
      {doing === "domain" ? <DomainDialog site={site} onClose={close} /> : null}
      {doing === "configure" ? <ConfigureDialog site={site} onClose={close} /> : null}
      {doing === "apps" ? <AppsDialog site={site} onClose={close} /> : null}
      {doing === "rename" ? <RenameDialog site={site} onClose={close} /> : null}
      {doing === "move" ? <MoveDialog site={site} onClose={close} /> : null}
      {doing === "visitors" ? <ServingDialog site={site} onClose={close} /> : null}
    </>
  );
}

/** What holds the site now, and how far it is. */
function Busy({ busy }: { busy: NonNullable<PageSite["busyWith"]> }) {
  const inside = (
    <>
      <span className={classes.busyHead}>
        <b>{busy.title}</b>
        <span>
          {busy.percent} %{busy.step ? ` · ${busy.step}` : ""}
        </span>
      </span>
      <ProgressBar percent={busy.percent} label={busy.title} height={8} />
    </>
  );
  return busy.deploy ? (
    <Link to="/deploys/$deployId" params={{ deployId: busy.deploy.id }} className={classes.busy}>
      {inside}
    </Link>
  ) : (
    <Link
      to="/activity/$actionId"
      params={{ actionId: busy.id }}
      search={{}}
      className={classes.busy}
    >
      {inside}
    </Link>
  );
}

/** Being down, or how it answers where it should answer, else its state. */
function SiteBadge({ site }: { site: PageSite }) {
  const now = useNow();
  if (site.maintenanceSince) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(site.maintenanceSince)) / 1000));
    return <StatusBadge look={{ tone: "wait", word: `Maintenance ${formatDuration(seconds)}` }} />;
  }
  if (site.status === "ACTIVE" && site.serving !== "OPEN") {
    const word = site.serving === "SUSPENDED" ? "Suspended" : "Closed, maintenance";
    return <StatusBadge look={{ tone: "wait", word }} />;
  }
  if (site.status === "ACTIVE" && site.health.state === "DOWN") {
    return <StatusBadge look={healthLooks.DOWN} />;
  }
  return <StatusBadge look={siteLooks[site.status]} />;
}
