import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { StatusBadge } from "../ui/StatusBadge";
import { servingLooks, servingWords } from "../ui/serving";
import { formatDuration, useNow } from "../ui/time";
import { siteLooks } from "../ui/tones";
import classes from "./SitesTable.module.css";
import type { SiteRow } from "./siteList";

/** What matters most about a site now: being down, being in a deploy, or its state. */
export function SiteState({ site }: { site: SiteRow }) {
  const closed = site.status === "ACTIVE" ? servingLooks[site.serving] : null;
  const look = closed ?? siteLooks[site.status];
  if (site.maintenanceSince) {
    return (
      <span className={classes.state}>
        <Maintenance since={site.maintenanceSince} />
        <DeployLink id={site.deploy?.id} />
      </span>
    );
  }
  if (site.deploy && site.status === "ACTIVE") {
    return (
      <span className={classes.state}>
        <StatusBadge look={{ tone: "run", word: "In deploy" }} quiet />
        <DeployLink id={site.deploy.id} />
      </span>
    );
  }
  const reason = closed ? servingWords[site.serving].meets : site.statusReason;
  return (
    <Tooltip label={reason} disabled={reason === ""} multiline maw={420}>
      <span className={classes.state}>
        <StatusBadge look={look} quiet />
      </span>
    </Tooltip>
  );
}

function Maintenance({ since }: { since: string }) {
  const seconds = Math.max(0, Math.floor((useNow() - Date.parse(since)) / 1000));
  return (
    <StatusBadge look={{ tone: "wait", word: `Maintenance ${formatDuration(seconds)}` }} quiet />
  );
}

function DeployLink({ id }: { id: string | undefined }) {
  return id ? (
    <Link
      to="/deploys/$deployId"
      params={{ deployId: id }}
      className={classes.deploy}
      onClick={(event) => event.stopPropagation()}
    >
      {id}
    </Link>
  ) : null;
}
