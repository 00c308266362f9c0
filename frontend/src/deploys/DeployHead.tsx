import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { may, useMe } from "../client/me";
import type { EventsState } from "../client/useEvents";
import { Commit } from "../ui/Commit";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { deployLooks } from "../ui/tones";
import { CancelDialog } from "./CancelDialog";
import classes from "./DeployHead.module.css";
import { deployEnded, retryCount } from "./deployFigures";
import type { DeployState } from "./deployState";
import { LiveMark } from "./LiveMark";
import { RetryDialog } from "./RetryDialog";
import type { Deploy } from "./useDeploy";

/** What the deploy is, how it stands, and what can be done about it. */
export function DeployHead({
  deploy,
  state,
  stream,
}: {
  deploy: Deploy;
  state: DeployState;
  stream: EventsState;
}) {
  const me = useMe();
  const [cancelling, cancel] = useDisclosure(false);
  const [retrying, retry] = useDisclosure(false);
  const { status } = state.progress;
  const allowed = may(me.role, "OPERATOR");
  const again = retryCount(state.progress);
  const refused = allowed ? undefined : "Operators may do this; you may look";

  return (
    <div>
      <PageHeader
        title={deploy.title}
        badge={<StatusBadge look={deployLooks[status]} />}
        description={
          <span className={classes.facts}>
            <span>Deploy {deploy.id}</span>
            <span>
              started by {deploy.actorName === me.name ? "you" : deploy.actorName}{" "}
              <RelativeTime at={deploy.createdAt} />
            </span>
            {deploy.releases.map(({ app, commit }) => (
              <span key={app}>
                {app} <Commit commit={commit} />
              </span>
            ))}
            <span>
              {deploy.sitesAtOnce} {deploy.sitesAtOnce === 1 ? "site" : "sites"} at once on each
              server
            </span>
            {deploy.skipFailingPatches ? <span>goes on when a patch fails</span> : null}
            {deploy.retryOf ? (
              <span>
                tries{" "}
                <Link to="/deploys/$deployId" params={{ deployId: deploy.retryOf.id }}>
                  deploy {deploy.retryOf.id}
                </Link>{" "}
                again
              </span>
            ) : null}
            <Link to="/activity/$actionId" params={{ actionId: deploy.action.id }}>
              actions
            </Link>
          </span>
        }
        actions={
          <>
            {deployEnded(status) ? null : <LiveMark stream={stream} />}
            {status === "QUEUED" || status === "RUNNING" ? (
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={16} />}
                onClick={cancel.open}
                disabled={!allowed}
                title={refused}
              >
                Cancel…
              </Button>
            ) : null}
            {deployEnded(status) && again > 0 ? (
              <Button
                leftSection={<IconRefresh size={16} />}
                onClick={retry.open}
                disabled={!allowed}
                title={refused}
              >
                {again === 1 ? "Retry this 1" : `Retry these ${again.toLocaleString("en")}`}…
              </Button>
            ) : null}
          </>
        }
      />
      {cancelling ? (
        <CancelDialog deployId={deploy.id} state={state} onClose={cancel.close} />
      ) : null}
      {retrying ? <RetryDialog deploy={deploy} state={state} onClose={retry.close} /> : null}
    </div>
  );
}
