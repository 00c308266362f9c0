import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { SegmentBar } from "../ui/ProgressBar";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { deployLooks } from "../ui/tones";
import classes from "./OverviewPage.module.css";

const LastDeploy = graphql(/* GraphQL */ `
  fragment LastDeploys_deploy on Deploy {
    id
    title
    status
    actorName
    createdAt
    progress {
      total
      running
      done
      rolledBack
      broken
      cancelled
      notStarted
    }
  }
`);

/** The newest deploys, a line each: what, by whom, how it went. */
export function LastDeploys({
  deploys,
}: {
  deploys: readonly FragmentType<typeof LastDeploy>[] | undefined;
}) {
  if (!deploys) {
    return <Skeleton height={160} />;
  }
  return (
    <div className={classes.list}>
      {getFragmentData(LastDeploy, deploys).map(
        ({ id, title, status, actorName, createdAt, progress }) => {
          const { total, running, done, rolledBack, broken, cancelled, notStarted } = progress;
          return (
            <Link
              key={id}
              to="/deploys/$deployId"
              params={{ deployId: id }}
              className={classes.deploy}
            >
              <span className={classes.deployState}>
                <StatusBadge look={deployLooks[status]} quiet />
              </span>
              <span className={classes.what}>{title}</span>
              <span className={classes.deployBar}>
                <SegmentBar
                  label={`${done} of ${total} sites done`}
                  height={6}
                  total={total}
                  finished={total - running}
                  segments={[
                    { key: "done", tone: "done", count: done },
                    { key: "rolledBack", tone: "wait", count: rolledBack },
                    { key: "broken", tone: "bad", count: broken },
                    { key: "running", tone: "run", count: running },
                    { key: "cancelled", tone: "idle", count: cancelled },
                    { key: "notStarted", tone: "idle", count: notStarted },
                  ]}
                />
              </span>
              <span className={classes.deployCount}>
                {done} / {total}
              </span>
              <span className={classes.deployWho}>
                {actorName} · <RelativeTime at={createdAt} />
              </span>
            </Link>
          );
        },
      )}
    </div>
  );
}
