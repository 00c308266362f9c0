import classes from "./ProgressBar.module.css";
import type { Tone } from "./tones";

/** One bar from 0 to 100. `label` says for screen readers what it measures. */
export function ProgressBar({
  percent,
  tone = "run",
  label,
  height = 6,
}: {
  percent: number;
  tone?: Tone;
  label: string;
  height?: number;
}) {
  const value = Math.min(100, Math.max(0, percent));
  return (
    <div
      className={classes.bar}
      style={{ height }}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
    >
      <div className={`${classes.part} ${classes[tone]}`} style={{ width: `${value}%` }} />
    </div>
  );
}

/** A part of a segmented bar. `key` tells parts of the same tone apart. */
export interface Segment {
  key: string;
  tone: Tone;
  count: number;
}

/** One bar made of counted parts, in the order given; what is missing to `total` stays empty. */
export function SegmentBar({
  segments,
  total,
  finished,
  label,
  height = 10,
}: {
  segments: Segment[];
  total: number;
  /** How many of `total` have come to an end. */
  finished: number;
  label: string;
  height?: number;
}) {
  const shown = segments.filter((segment) => segment.count > 0);
  const rest = Math.max(0, total - shown.reduce((sum, segment) => sum + segment.count, 0));
  return (
    <div
      className={classes.bar}
      style={{ height }}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={finished}
      aria-valuetext={`${finished} of ${total}`}
    >
      {shown.map((segment) => (
        <div
          key={segment.key}
          className={`${classes.part} ${classes[segment.tone]}`}
          style={{ flexGrow: segment.count, flexBasis: 0 }}
        />
      ))}
      {rest > 0 ? <div className={classes.part} style={{ flexGrow: rest, flexBasis: 0 }} /> : null}
    </div>
  );
}
