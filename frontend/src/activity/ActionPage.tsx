import { Button, SegmentedControl } from "@mantine/core";
import { IconActivity, IconRocket } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { ActionQuery as ActionAnswer } from "../gql/graphql";
import { ErrorDetail } from "../output/ErrorDetail";
import { lineHash, useLineHash } from "../output/lineHash";
import { OutputSteps } from "../output/OutputSteps";
import { OutputViewer, type OutputViewerHandle } from "../output/OutputViewer";
import { finished } from "../output/outputState";
import { taskName, tasksOf } from "../output/tasks";
import { useActionOutput } from "../output/useActionOutput";
import { Elapsed } from "../ui/Duration";
import { downWords } from "../ui/downWords";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { ProgressBar } from "../ui/ProgressBar";
import { RelativeTime } from "../ui/RelativeTime";
import { SiteLink } from "../ui/SiteLink";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import { ActionChildren, WaitsFor } from "./ActionChildren";
import classes from "./ActionPage.module.css";
import { type ActionSearch, kindWords, openTaskOf, playKinds } from "./activitySearch";
import { BulkDeeds } from "./BulkDeeds";
import { type OpenTask, TaskGrid } from "./TaskGrid";

const ActionQuery = graphql(/* GraphQL */ `
  query Action($id: ID!) {
    action(id: $id) {
      id
      kind
      status
      title
      actorName
      percent
      step
      errorCode
      errorMessage
      attempt
      downSeconds
      createdAt
      startedAt
      finishedAt
      server {
        id
        name
      }
      site {
        id
        name
      }
      deploy {
        id
        title
      }
      waitsFor {
        id
        title
        status
      }
      children {
        id
        kind
        status
        title
        percent
        step
        errorMessage
        startedAt
        finishedAt
        server {
          id
          name
        }
        waitsFor {
          id
          title
          status
        }
      }
    }
  }
`);

/** An action with its children, one level deep. */
export type Action = NonNullable<ActionAnswer["action"]>;

/** One action: what it is, its steps and tasks, its live output, and the actions it is made of. */
export function ActionPage() {
  const { actionId } = useParams({ from: "/shell/activity/$actionId" });
  const [{ data, error, fetching }, again] = usePolledQuery({
    query: ActionQuery,
    variables: { id: actionId },
    every: 3000,
  });
  // On the way from one action to another the answer is still the one before.
  if (data?.action?.id === actionId) {
    return <ActionView key={actionId} action={data.action} />;
  }
  if (error) {
    return (
      <>
        <PageHeader title={`Action ${actionId}`} />
        <ErrorPanel
          title="The action could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (fetching || !data || data.action) {
    return <PageHeader title={`Action ${actionId}`} description="Loading" />;
  }
  return (
    <EmptyState
      icon={<IconActivity size={20} />}
      title={`There is no action ${actionId}`}
      action={
        <Button component={Link} to="/activity" variant="default">
          All activity
        </Button>
      }
    />
  );
}

function ActionView({ action }: { action: Action }) {
  const { output, stream } = useActionOutput(action.id);
  const [range, point] = useLineHash();
  const viewer = useRef<OutputViewerHandle>(null);
  const search = useSearch({ from: "/shell/activity/$actionId" });
  const navigate = useNavigate({ from: "/activity/$actionId" });
  // The stream is ahead of what was asked for.
  const status = output.status && !finished(action.status) ? output.status : action.status;
  const percent = Math.max(action.percent, output.percent);
  const live = status === "RUNNING";
  // What began last may be a step, which is no task.
  const doing =
    live && output.doing !== output.sections.findLast(({ title }) => title !== "")?.title
      ? output.doing
      : "";
  const tasks = useMemo(() => tasksOf(output, doing), [output, doing]);
  // Whoever is sent a line wants to see that line.
  const view = search.view ?? (playKinds.includes(action.kind) && !range ? "tasks" : "output");
  const showTasks = view === "tasks" && tasks.count > 0;
  const change = useCallback(
    (changed: ActionSearch, hash = "") =>
      void navigate({
        search: (before) => ({ ...before, ...changed }),
        hash,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  );
  const openTask = useCallback(
    (open: OpenTask | null) => change({ task: open ? `${open.task}:${open.host}` : "none" }),
    [change],
  );
  const isDeploy = action.kind === "DEPLOY";
  const isBulk = action.kind === "BULK_CHANGE";

  return (
    <div className={classes.view}>
      <PageHeader
        title={action.title}
        badge={<StatusBadge look={actionLooks[status]} />}
        description={
          <span className={classes.facts}>
            <span>{kindWords[action.kind]}</span>
            <span>
              asked for by {action.actorName} <RelativeTime at={action.createdAt} />
            </span>
            {action.site ? <SiteLink site={action.site} /> : null}
            {action.server ? <span>on {action.server.name}</span> : null}
            {action.startedAt ? (
              <span>
                <Elapsed since={action.startedAt} until={action.finishedAt ?? null} />
              </span>
            ) : null}
            {action.downSeconds === null ? null : <span>site {downWords(action.downSeconds)}</span>}
            {action.attempt > 1 ? <span>attempt {action.attempt}</span> : null}
            {action.deploy && !isDeploy ? (
              <Link to="/deploys/$deployId" params={{ deployId: action.deploy.id }}>
                part of deploy {action.deploy.id}
              </Link>
            ) : null}
          </span>
        }
        actions={
          action.deploy && isDeploy ? (
            <OpenDeploy deployId={action.deploy.id} />
          ) : isBulk ? (
            <BulkDeeds actionId={action.id} status={status} parts={action.children} />
          ) : undefined
        }
      />
      {status === "RUNNING" ? (
        <div className={classes.progress}>
          <ProgressBar percent={percent} label={action.title} height={8} />
          <span className={classes.doing}>
            {percent} %
            {output.doing || action.step ? ` · ${taskName(output.doing || action.step)}` : ""}
          </span>
        </div>
      ) : null}
      {status === "QUEUED" ? <WaitsFor part={action} /> : null}
      {action.errorCode ? (
        <ErrorDetail
          actionId={action.id}
          code={action.errorCode}
          message={action.errorMessage}
          tone="bad"
          outcome=""
        />
      ) : null}
      {action.children.length > 0 ? <ActionChildren actions={action.children} /> : null}
      {isDeploy || isBulk ? null : (
        <>
          {tasks.count > 0 ? (
            <SegmentedControl
              size="xs"
              className={classes.switch}
              aria-label="Show"
              value={showTasks ? "tasks" : "output"}
              onChange={(value) => change({ view: value as "tasks" | "output" })}
              data={[
                { value: "tasks", label: `Tasks ${tasks.count}` },
                { value: "output", label: "Output" },
              ]}
            />
          ) : null}
          {showTasks ? (
            <TaskGrid
              tasks={tasks}
              output={output}
              live={live}
              only={search.only ?? []}
              open={openTaskOf(search)}
              onOnly={(only) => change({ only: only.length > 0 ? only : undefined })}
              onOpen={openTask}
              onLine={(index) =>
                change({ view: "output" }, lineHash({ from: index + 1, to: index + 1 }))
              }
            />
          ) : (
            <div className={classes.pair}>
              <OutputSteps
                sections={output.sections}
                onPick={(section) => viewer.current?.showSection(section)}
              />
              <div className={classes.viewer}>
                <OutputViewer
                  handle={viewer}
                  output={output}
                  stream={stream}
                  range={range}
                  onRange={point}
                  name={`action-${action.id}`}
                />
              </div>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function OpenDeploy({ deployId }: { deployId: string }) {
  return (
    <Button
      leftSection={<IconRocket size={16} />}
      renderRoot={(props) => <Link to="/deploys/$deployId" params={{ deployId }} {...props} />}
    >
      Open the deploy
    </Button>
  );
}
