import classes from "./DeployBar.module.css";
import type { SiteStatus } from "./deployState";

/** The order of the parts; what waits is the rest of the bar. */
const parts: SiteStatus[] = ["DONE", "ROLLED_BACK", "BROKEN", "NOT_STARTED", "CANCELLED"];

/** One bar for many sites: a part for each state, running sites filled by how far they are. */
export function DeployBar({
  counts,
  total,
  percent,
  label,
  height = 12,
}: {
  counts: Record<SiteStatus, number>;
  total: number;
  /** How far the whole is, 0 to 100, running sites included. */
  percent: number;
  label: string;
  height?: number;
}) {
  const ended = total - counts.RUNNING - counts.WAITING;
  const share = (count: number) => `${total === 0 ? 0 : (100 * count) / total}%`;
  const runningDone = Math.max(0, (percent / 100) * total - ended);
  return (
    <div
      className={classes.bar}
      style={{ height }}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={ended}
      aria-valuetext={`${ended} of ${total} ended, ${counts.RUNNING} running`}
    >
      {parts.map((state) =>
        counts[state] > 0 ? (
          <div
            key={state}
            className={classes.part}
            data-state={state}
            style={{ width: share(counts[state]) }}
          />
        ) : null,
      )}
      {counts.RUNNING > 0 ? (
        <>
          <div
            className={classes.part}
            data-state="RUNNING"
            style={{ width: share(runningDone) }}
          />
          <div
            className={classes.part}
            data-state="BEGUN"
            style={{ width: share(counts.RUNNING - runningDone) }}
          />
        </>
      ) : null}
    </div>
  );
}
