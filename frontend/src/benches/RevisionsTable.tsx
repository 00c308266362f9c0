import { type FragmentType, getFragmentData, graphql } from "../gql";
import { Commit } from "../ui/Commit";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { revisionLooks } from "../ui/tones";
import classes from "./BenchCard.module.css";

const RevisionsTableFragment = graphql(/* GraphQL */ `
  fragment RevisionsTable on Bench {
    id
    siteCount
    revisions {
      id
      name
      status
      statusReason
      version
      python
      node
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
  }
`);

/** A row per revision with its apps, how far each is behind its branch, and how the sites are spread over them. */
export function RevisionsTable({
  bench: masked,
}: {
  bench: FragmentType<typeof RevisionsTableFragment>;
}) {
  const bench = getFragmentData(RevisionsTableFragment, masked);
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Revision</th>
            <th scope="col">State</th>
            <th scope="col">Apps</th>
            <th scope="col">Sites</th>
            <th scope="col" className={classes.right}>
              Built
            </th>
          </tr>
        </thead>
        <tbody>
          {bench.revisions.map((revision, index) => (
            <tr key={revision.id}>
              <th scope="row" className={classes.revision}>
                {revision.name}
                {index === 0 && bench.revisions.length > 1 ? (
                  <span className={classes.newest}>newest</span>
                ) : null}
                {revision.adopted ? (
                  <span className={classes.newest} title={revision.path}>
                    adopted
                  </span>
                ) : null}
                {revision.python !== "python3" ? (
                  <div className={classes.made}>{revision.python}</div>
                ) : null}
                {revision.node ? (
                  <div className={classes.made}>{`Node ${revision.node}`}</div>
                ) : null}
              </th>
              <td>
                <StatusBadge look={revisionLooks[revision.status]} quiet />
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
                        <span className={classes.behind}>
                          {" "}
                          {app.behind.toLocaleString("en")} behind
                        </span>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </td>
              <td>
                <div className={classes.bar} aria-hidden>
                  <div
                    style={{
                      width: `${bench.siteCount === 0 ? 0 : (100 * revision.siteCount) / bench.siteCount}%`,
                    }}
                  />
                </div>
                <span>{revision.siteCount.toLocaleString("en")}</span>
              </td>
              <td className={classes.right}>
                <RelativeTime at={revision.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
