import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useRef } from "react";
import { Duration, Elapsed } from "../ui/Duration";
import { ProgressBar } from "../ui/ProgressBar";
import { deploySiteLooks } from "../ui/tones";
import { siteEnded, undoneStep } from "./deployFigures";
import type { SiteRow } from "./deployState";
import { SiteMark } from "./SiteMark";
import classes from "./SitesTable.module.css";
import type { Names } from "./useDeploy";

const rowHeight = 36;

/** A row per site: its step, the patch being run, its bar, its seconds in maintenance. */
export function SitesTable({
  sites,
  names,
  picked,
  onOpen,
}: {
  sites: SiteRow[];
  names: Names;
  picked: string | undefined;
  onOpen: (siteId: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: sites.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => sites[index]?.siteId ?? index,
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const by =
      event.key === "j" || event.key === "ArrowDown"
        ? 1
        : event.key === "k" || event.key === "ArrowUp"
          ? -1
          : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const at = sites.findIndex(({ siteId }) => siteId === picked);
    const next = Math.min(Math.max(at + by, 0), sites.length - 1);
    const site = sites[next];
    if (site && site.siteId !== picked) {
      onOpen(site.siteId);
      rows.scrollToIndex(next);
    }
  };
  return (
    <div
      ref={frame}
      className={classes.frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      role="group"
      aria-label="Sites of this deploy"
      onKeyDown={onKeyDown}
    >
      <table className={classes.block} aria-rowcount={sites.length + 1}>
        <thead className={classes.block}>
          <tr className={`${classes.row} ${classes.header}`}>
            <th scope="col">Site</th>
            <th scope="col">Server</th>
            <th scope="col">State</th>
            <th scope="col">What it does</th>
            <th scope="col">Progress</th>
            <th scope="col" className={classes.right}>
              In maintenance
            </th>
            <th scope="col" className={classes.right}>
              Time
            </th>
          </tr>
        </thead>
        <tbody className={classes.block} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const site = sites[item.index];
            return site ? (
              <TableRow
                key={item.key}
                site={site}
                server={names.server(site.serverId)}
                index={item.index}
                top={item.start}
                picked={site.siteId === picked}
                onOpen={onOpen}
              />
            ) : null;
          })}
        </tbody>
      </table>
    </div>
  );
}

const TableRow = memo(function TableRow({
  site,
  server,
  index,
  top,
  picked,
  onOpen,
}: {
  site: SiteRow;
  server: string;
  index: number;
  top: number;
  picked: boolean;
  onOpen: (siteId: string) => void;
}) {
  const look = deploySiteLooks[site.status];
  return (
    <tr
      className={classes.row}
      aria-rowindex={index + 2}
      aria-current={picked || undefined}
      data-picked={picked || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(site.siteId)}
    >
      <td className={classes.name}>
        <button
          type="button"
          className={classes.open}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(site.siteId);
          }}
        >
          {site.siteName}
        </button>
      </td>
      <td className={classes.server}>{server}</td>
      <td className={classes.state} data-tone={look.tone}>
        <SiteMark status={site.status} />
        {look.word}
      </td>
      <td className={classes.doing} title={doingTitle(site)}>
        {site.errorMessage ? (
          <span className={classes.error} data-tone={look.tone}>
            {site.errorMessage}
          </span>
        ) : (
          <>
            {site.status === "RUNNING" ? <SiteStep site={site} /> : null}
            {site.skippedPatches.length > 0 ? (
              <span className={classes.skipped}>
                {site.skippedPatches.length}{" "}
                {site.skippedPatches.length === 1 ? "patch" : "patches"} skipped
              </span>
            ) : null}
          </>
        )}
      </td>
      <td className={classes.progress}>
        {site.status === "WAITING" || site.status === "NOT_STARTED" ? null : (
          <>
            <ProgressBar
              percent={site.percent}
              tone={look.tone === "idle" ? "idle" : look.tone}
              label={`${site.siteName}, progress`}
              height={6}
            />
            <span className={classes.percent}>{site.percent} %</span>
          </>
        )}
      </td>
      <td className={classes.right} data-down={site.maintenanceSince ? true : undefined}>
        {site.maintenanceSince ? (
          <>
            down <Elapsed since={site.maintenanceSince} />
          </>
        ) : site.maintenanceSeconds != null ? (
          <Duration seconds={site.maintenanceSeconds} />
        ) : (
          "–"
        )}
      </td>
      <td className={classes.right}>
        {site.startedAt && (siteEnded(site.status) ? site.finishedAt : true) ? (
          <Elapsed since={site.startedAt} until={site.finishedAt ?? null} />
        ) : (
          "–"
        )}
      </td>
    </tr>
  );
});

/** The step and what of it; undoing is said in words and in its own colour. */
function SiteStep({ site }: { site: SiteRow }) {
  const undone = undoneStep(site.step);
  return (
    <>
      {undone === null ? <b>{site.step}</b> : <b className={classes.undo}>Taking back: {undone}</b>}{" "}
      {site.detail ? <span className={classes.detail}>{site.detail}</span> : null}
    </>
  );
}

function doingTitle(site: SiteRow): string | undefined {
  return site.errorMessage || [site.step, site.detail].filter(Boolean).join(" · ") || undefined;
}
