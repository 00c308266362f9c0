import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { Elapsed } from "../ui/Duration";
import { ProgressBar } from "../ui/ProgressBar";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import classes from "./OverviewPage.module.css";

const RunningNowAction = graphql(/* GraphQL */ `
  fragment RunningNow_action on Action {
    id
    title
    status
    percent
    step
    actorName
    startedAt
    deploy {
      id
    }
  }
`);

/** What runs and what waits in the queue, each with its bar. */
export function RunningNow({
  actions,
}: {
  actions: readonly (FragmentType<typeof RunningNowAction> & { id: string })[] | undefined;
}) {
  if (!actions) {
    return <Skeleton height={60} />;
  }
  return (
    <div className={classes.list}>
      {actions.map((action) => (
        <RunningRow key={action.id} action={action} />
      ))}
    </div>
  );
}

function RunningRow({ action }: { action: FragmentType<typeof RunningNowAction> }) {
  const { id, title, status, percent, step, actorName, startedAt, deploy } = getFragmentData(
    RunningNowAction,
    action,
  );
  const content = (
    <>
      <span className={classes.runHead}>
        <span className={classes.what}>{title}</span>
        {status === "RUNNING" ? (
          <span className={classes.percent}>{percent} %</span>
        ) : (
          <StatusBadge look={actionLooks[status]} quiet />
        )}
      </span>
      <ProgressBar percent={percent} label={title} />
      <span className={classes.runFoot}>
        <span className={classes.why}>{step}</span>
        <span>
          {actorName}
          {startedAt ? (
            <>
              {" · "}
              <Elapsed since={startedAt} />
            </>
          ) : null}
        </span>
      </span>
    </>
  );
  return deploy ? (
    <Link to="/deploys/$deployId" params={{ deployId: deploy.id }} className={classes.run}>
      {content}
    </Link>
  ) : (
    <Link to="/activity/$actionId" params={{ actionId: id }} className={classes.run}>
      {content}
    </Link>
  );
}
