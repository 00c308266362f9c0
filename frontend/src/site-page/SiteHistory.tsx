import { Link } from "@tanstack/react-router";
import { downWords } from "../ui/downWords";
import { historyOf } from "../ui/history";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks, healthLooks } from "../ui/tones";
import classes from "./SitePage.module.css";
import type { PageAction, PageSite } from "./sitePageQuery";

/** How many of each list the query asks for. */
const most = 50;

/** Deploys of the site, other actions on it and changes of its health in one stream, newest first. */
export function SiteHistory({ site, actions }: { site: PageSite; actions: readonly PageAction[] }) {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const entries = historyOf(actions, site.changes, most);
  return (
    <section className={classes.section} aria-label="History">
      <div className={classes.sectionHead}>
        <h2 className={classes.title}>History</h2>
        <Link to="/activity" search={{ site: site.id, parts: true }} className={classes.end}>
          All its actions
        </Link>
      </div>
      <ul className={classes.list}>
        {entries.length === 0 ? (
          <li className={classes.row}>
            <span className={classes.dim}>Nothing happened yet</span>
          </li>
        ) : null}
        {entries.map((entry) =>
          entry.kind === "action" ? (
            <ActionLine key={entry.key} action={byId.get(entry.action.id)} at={entry.at} />
          ) : (
            <li key={entry.key} className={classes.row}>
              <StatusBadge look={healthLooks[entry.change.toState]} quiet />
              <span className={classes.what}>
                {entry.change.why ||
                  (entry.change.fromState === "UNKNOWN" ? "Seen for the first time" : "Well again")}
              </span>
              <RelativeTime at={entry.at} />
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function ActionLine({ action, at }: { action: PageAction | undefined; at: string }) {
  if (!action) {
    return null;
  }
  const down = downWords(action.downSeconds);
  return (
    <li className={classes.row}>
      <StatusBadge look={actionLooks[action.status]} quiet />
      <span className={classes.what}>
        <Link to="/activity/$actionId" params={{ actionId: action.id }} search={{}}>
          {action.title}
        </Link>
      </span>
      <RelativeTime at={at} />
      <span className={classes.why}>
        by {action.actorName}
        {action.deploy ? (
          <>
            {", part of "}
            <Link to="/deploys/$deployId" params={{ deployId: action.deploy.id }}>
              {action.deploy.title}
            </Link>
          </>
        ) : null}
        {down ? `, ${down}` : ""}
      </span>
    </li>
  );
}
