import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { historyOf } from "../ui/history";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks, healthLooks } from "../ui/tones";
import classes from "./ServerPage.module.css";

const HistoryServer = graphql(/* GraphQL */ `
  fragment History_server on Server {
    id
    changes(first: 50) {
      id
      fromState
      toState
      at
      why
    }
  }
`);

const HistoryAction = graphql(/* GraphQL */ `
  fragment History_action on Action {
    id
    title
    status
    actorName
    createdAt
  }
`);

/** How many of each list the query asks for. */
const MOST = 50;

/** Actions on the server and changes of its health in one stream, newest first. */
export function History({
  server,
  actions,
}: {
  server: FragmentType<typeof HistoryServer>;
  actions: readonly FragmentType<typeof HistoryAction>[];
}) {
  const { id, changes } = getFragmentData(HistoryServer, server);
  const entries = historyOf(getFragmentData(HistoryAction, actions), changes, MOST);
  return (
    <section className={classes.section} aria-label="History">
      <div className={classes.sectionHead} style={{ marginBottom: 0 }}>
        <h2 className={classes.title}>History</h2>
        <Link to="/activity" search={{ server: id }} className={`${classes.dim} ${classes.end}`}>
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
            <li key={entry.key} className={classes.row}>
              <StatusBadge look={actionLooks[entry.action.status]} quiet />
              <span className={classes.what}>
                <Link to="/activity/$actionId" params={{ actionId: entry.action.id }}>
                  {entry.action.title}
                </Link>
              </span>
              <RelativeTime at={entry.at} />
              <span className={classes.why}>by {entry.action.actorName}</span>
            </li>
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
