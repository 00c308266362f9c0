import { useState } from "react";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { Commit } from "../ui/Commit";
import { RelativeTime } from "../ui/RelativeTime";
import { ReleasesBetween } from "../ui/ReleasesBetween";
import { StatusBadge } from "../ui/StatusBadge";
import { revisionLooks } from "../ui/tones";
import classes from "./BenchCard.module.css";
import { nodeWords } from "./NodeSelect";

const RevisionRowBench = graphql(/* GraphQL */ `
  fragment RevisionRow_bench on Bench {
    id
    siteCount
    python
    node
  }
`);

const RevisionRowFragment = graphql(/* GraphQL */ `
  fragment RevisionRow on Revision {
    id
    name
    status
    statusReason
    version
    python
    node
    madeForBench
    siteCount
    createdAt
    adopted
    path
    apps {
      app
      commit
      version
      local
      behind
    }
  }
`);

/** One revision in a table of them. How far an app is behind opens what lies between, below the row. */
export function RevisionRow({
  bench: maskedBench,
  revision: masked,
  newest,
}: {
  bench: FragmentType<typeof RevisionRowBench>;
  revision: FragmentType<typeof RevisionRowFragment>;
  newest: boolean;
}) {
  const bench = getFragmentData(RevisionRowBench, maskedBench);
  const revision = getFragmentData(RevisionRowFragment, masked);
  const [opened, setOpened] = useState<string>();
  const behind = revision.apps.find(({ app }) => app === opened);
  const drifted = revision.status === "READY" && !revision.madeForBench;
  const share = bench.siteCount === 0 ? 0 : (100 * revision.siteCount) / bench.siteCount;
  return (
    <>
      <tr>
        <th scope="row" className={classes.revision}>
          {revision.name}
          {newest ? <span className={classes.newest}>newest</span> : null}
          {revision.adopted ? (
            <span className={classes.newest} title={revision.path}>
              adopted
            </span>
          ) : null}
          {revision.python !== "python3" || drifted ? (
            <div className={classes.made}>{revision.python}</div>
          ) : null}
          {revision.node ? (
            <div className={classes.made}>{`Node ${revision.node}`}</div>
          ) : drifted ? (
            <div className={classes.made}>the server’s own Node</div>
          ) : null}
        </th>
        <td>
          <StatusBadge look={revisionLooks[revision.status]} quiet />
          {drifted ? (
            <div>
              <StatusBadge look={{ tone: "wait", word: "Drifted" }} quiet />
            </div>
          ) : null}
          {revision.statusReason ? (
            <div className={classes.reason}>{revision.statusReason}</div>
          ) : null}
        </td>
        <td>
          <ul className={classes.apps}>
            {revision.apps.map((app) => (
              <li key={app.app}>
                {app.app} <b>{app.version}</b> <Commit commit={app.commit} />
                {app.local ? " local commit" : null}
                {app.behind ? (
                  <>
                    {" "}
                    <button
                      type="button"
                      className={classes.behind}
                      aria-expanded={opened === app.app}
                      title={`What ${app.app} has had since`}
                      onClick={() => setOpened(opened === app.app ? undefined : app.app)}
                    >
                      {app.behind.toLocaleString("en")} behind
                    </button>
                  </>
                ) : null}
              </li>
            ))}
          </ul>
          {drifted ? (
            <p className={classes.drift}>{driftWords(bench, revision.siteCount)}</p>
          ) : null}
        </td>
        <td>
          <div className={classes.bar} aria-hidden>
            <div style={{ width: `${share}%` }} />
          </div>
          <span>{revision.siteCount.toLocaleString("en")}</span>
        </td>
        <td className={classes.right}>
          <RelativeTime at={revision.createdAt} />
        </td>
      </tr>
      {behind ? (
        <tr className={classes.since}>
          <td colSpan={5}>
            <ReleasesBetween app={behind.app} from={behind.commit} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** What a bench gives to new revisions, and how the sites of one that has something else come to it. */
function driftWords(bench: { python: string; node: string }, sites: number): string {
  const node = bench.node === "node" ? `${nodeWords("node")} Node` : nodeWords(bench.node);
  const gives = `The bench now gives ${bench.python} and ${node}.`;
  if (sites === 0) {
    return `${gives} No site lives on this revision; the next deploy builds one with these.`;
  }
  return `${gives} Deploy its ${sites === 1 ? "site" : `${sites.toLocaleString("en")} sites`}, to the releases that they have or to later ones, to move them to a revision made with these.`;
}
