import { Link } from "@tanstack/react-router";
import { ErrorDetail } from "../output/ErrorDetail";
import { OutputWithSteps } from "../output/OutputWithSteps";
import { ProgressBar } from "../ui/ProgressBar";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import type { BuildRow } from "./deployState";
import { SidePanel } from "./SidePanel";
import type { Names } from "./useDeploy";

/** The building of one revision: the Ansible task being run, and its output. */
export function BuildPanel({
  build,
  names,
  onClose,
}: {
  build: BuildRow;
  names: Names;
  onClose: () => void;
}) {
  const what = names.revision(build.revisionId) || `revision ${build.revisionId}`;
  const server = names.server(build.serverId);
  return (
    <SidePanel
      title={`Build of ${what}`}
      badge={<StatusBadge look={actionLooks[build.status]} />}
      facts={
        <>
          <span>on {server}</span>
          {build.status === "RUNNING" && build.task ? <span>{build.task}</span> : null}
          <Link to="/activity/$actionId" params={{ actionId: build.actionId }}>
            action {build.actionId}
          </Link>
        </>
      }
      onClose={onClose}
    >
      {build.status === "RUNNING" || build.status === "QUEUED" ? (
        <ProgressBar percent={build.percent} label={`Build on ${server}, progress`} />
      ) : null}
      {build.status === "FAILED" ? (
        <ErrorDetail
          key={build.actionId}
          actionId={build.actionId}
          code=""
          message={`The build on ${server} failed.`}
          tone="bad"
          outcome="Its sites were not started; they stay on their old code."
        />
      ) : null}
      <OutputWithSteps actionId={build.actionId} name={`build-${what}-${server}`} />
    </SidePanel>
  );
}
