import { Link } from "@tanstack/react-router";
import { ErrorDetail } from "../output/ErrorDetail";
import { OutputWithSteps } from "../output/OutputWithSteps";
import { Duration, Elapsed } from "../ui/Duration";
import { ProgressBar } from "../ui/ProgressBar";
import { SiteLink } from "../ui/SiteLink";
import { StatusBadge } from "../ui/StatusBadge";
import { deploySiteLooks } from "../ui/tones";
import { siteEnded } from "./deployFigures";
import type { SiteRow } from "./deployState";
import { SidePanel } from "./SidePanel";
import type { Names } from "./useDeploy";

/** One site of the deploy: what went wrong with its traceback, its steps with times beside its output. */
export function SitePanel({
  site,
  names,
  onClose,
  onStep,
}: {
  site: SiteRow;
  names: Names;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
}) {
  const look = deploySiteLooks[site.status];
  const from = names.revision(site.fromRevisionId);
  const to = names.revision(site.toRevisionId);
  return (
    <SidePanel
      title={<SiteLink site={{ id: site.siteId, name: site.siteName }} />}
      badge={<StatusBadge look={look} />}
      facts={
        <>
          <span>on {names.server(site.serverId)}</span>
          {to ? <span>{from ? `${from} → ${to}` : `to ${to}`}</span> : null}
          {names.version(site.toRevisionId) ? (
            <span>{names.version(site.toRevisionId)}</span>
          ) : null}
          {site.startedAt ? (
            <span>
              <Elapsed since={site.startedAt} until={site.finishedAt ?? null} />
            </span>
          ) : null}
          {site.maintenanceSince ? (
            <span>
              down <Elapsed since={site.maintenanceSince} />
            </span>
          ) : site.maintenanceSeconds != null ? (
            <span>
              <Duration seconds={site.maintenanceSeconds} /> in maintenance
            </span>
          ) : null}
          <Link to="/activity/$actionId" params={{ actionId: site.actionId }}>
            action {site.actionId}
          </Link>
        </>
      }
      onClose={onClose}
      onStep={onStep}
    >
      {siteEnded(site.status) ? null : (
        <ProgressBar percent={site.percent} label={`${site.siteName}, progress`} />
      )}
      {site.errorCode ? (
        <ErrorDetail
          key={site.actionId}
          actionId={site.actionId}
          code={site.errorCode}
          message={site.errorMessage}
          tone={look.tone === "wait" ? "wait" : "bad"}
          outcome={
            site.status === "ROLLED_BACK"
              ? "The site is back on its old code and data, and was checked to answer."
              : site.status === "BROKEN"
                ? "The site could not be taken back: a person is needed."
                : ""
          }
        />
      ) : null}
      {site.skippedPatches.length > 0 ? (
        <div>
          Skipped, as asked, because they failed: <code>{site.skippedPatches.join(", ")}</code>
        </div>
      ) : null}
      <OutputWithSteps actionId={site.actionId} name={site.siteName} />
    </SidePanel>
  );
}
