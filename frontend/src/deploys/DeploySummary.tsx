import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { formatDuration } from "../ui/time";
import classes from "./DeploySummary.module.css";
import { type FailureGroup, failureGroups, maintenanceFigures } from "./deployFigures";
import type { DeployState, SiteStatus } from "./deployState";
import { SiteMark } from "./SiteMark";
import { nextStep, plural, summaryText } from "./summary";
import type { Deploy } from "./useDeploy";

/** How many names of a group are shown. */
const named = 4;

const outcomes: Partial<Record<SiteStatus, string>> = {
  BROKEN: "broken, a person is needed",
  ROLLED_BACK: "rolled back: old code and data, answering",
  NOT_STARTED: "not started",
};

/** How a deploy ended: seconds in maintenance, what failed and why, what to do next, a text for the chat. */
export function DeploySummary({ deploy, state }: { deploy: Deploy; state: DeployState }) {
  const clipboard = useClipboard({ timeout: 2000 });
  const maintenance = maintenanceFigures(state.sites);
  const groups = failureGroups(state.sites);
  const skipped = state.sites.filter((site) => site.skippedPatches.length > 0);
  const copy = () =>
    clipboard.copy(summaryText(deploy, state, `${location.origin}/deploys/${deploy.id}`));
  return (
    <section className={classes.card} aria-label="Summary">
      <div className={classes.head}>
        <p className={classes.next}>
          <b>Next:</b> {nextStep(state)}
        </p>
        <Button
          size="xs"
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {clipboard.copied ? "Copied" : "Copy summary"}
        </Button>
      </div>
      {maintenance ? (
        <dl className={classes.figures}>
          <div>
            <dt>In maintenance, median</dt>
            <dd>{formatDuration(maintenance.median)}</dd>
          </div>
          <div>
            <dt>worst</dt>
            <dd>
              {formatDuration(maintenance.worst)}{" "}
              <span className={classes.site}>{maintenance.worstSite}</span>
            </dd>
          </div>
          {skipped.length > 0 ? (
            <div>
              <dt>Patches skipped on</dt>
              <dd>{plural(skipped.length, "site")}</dd>
            </div>
          ) : null}
        </dl>
      ) : null}
      {groups.length > 0 ? (
        <ul className={classes.groups}>
          {groups.map((group) => (
            <Group key={`${group.status}${group.code}${group.message}`} group={group} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Group({ group }: { group: FailureGroup }) {
  const rest = group.sites.length - named;
  return (
    <li className={classes.group}>
      <SiteMark status={group.status} />
      <div className={classes.words}>
        <div className={classes.reason}>{group.message || group.code}</div>
        <div className={classes.sites}>
          {plural(group.sites.length, "site")} {outcomes[group.status]}:{" "}
          {group.sites.slice(0, named).map((site, index) => (
            <span key={site.siteId}>
              {index > 0 ? ", " : ""}
              <Link
                from="/deploys/$deployId"
                to="."
                search={(before) => ({ ...before, site: site.siteId })}
                replace
                resetScroll={false}
                className={classes.site}
              >
                {site.siteName}
              </Link>
            </span>
          ))}
          {rest > 0 ? (
            <>
              {" "}
              and{" "}
              <Link
                from="/deploys/$deployId"
                to="."
                search={(before) => ({
                  ...before,
                  state: "failed" as const,
                  view: "table" as const,
                })}
                replace
                resetScroll={false}
              >
                {rest} more
              </Link>
            </>
          ) : null}
        </div>
      </div>
    </li>
  );
}
