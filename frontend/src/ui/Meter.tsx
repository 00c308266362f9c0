import classes from "./Meter.module.css";

/** How full or busy something is: a word, a figure and a small bar, amber and red past the limits. */
export function Meter({
  label,
  value,
  share,
  warning = 0.9,
  critical = 0.96,
}: {
  label: string;
  /** The figure in words, such as `92 %`. */
  value: string;
  /** How much of the bar is filled, 0 to 1. */
  share: number;
  warning?: number;
  critical?: number;
}) {
  const tone = share > critical ? "bad" : share > warning ? "wait" : undefined;
  return (
    <span className={classes.meter} data-tone={tone}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>{value}</span>
      <span className={classes.track} aria-hidden>
        <span
          className={classes.fill}
          style={{ width: `${Math.min(100, Math.max(0, 100 * share))}%` }}
        />
      </span>
    </span>
  );
}
