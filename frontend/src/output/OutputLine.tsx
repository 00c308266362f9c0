import { type MouseEvent, memo } from "react";
import { Ansi } from "./Ansi";
import classes from "./OutputLine.module.css";
import type { Line } from "./outputState";

/** Longer lines are cut; the whole of them opens on a click. */
const longest = 2_000;

/** One numbered line. */
export const OutputLine = memo(function OutputLine({
  line,
  number,
  digits,
  picked,
  hit,
  needle,
  host,
  since,
  onPick,
  onLong,
}: {
  line: Line;
  number: number;
  /** Width of the numbers. */
  digits: number;
  picked: boolean;
  /** The hit of a search that is shown now. */
  hit: boolean;
  needle: string;
  /** Place of its host among all hosts, -1 for none; null when no line has one. */
  host: number | null;
  /** Show how long after this moment the line came. */
  since: number | null;
  onPick: (line: number, extend: boolean) => void;
  onLong: (line: number) => void;
}) {
  const pick = (event: MouseEvent) => {
    event.preventDefault();
    onPick(number - 1, event.shiftKey);
  };
  const rest = line.text.length - longest;
  return (
    <div
      className={classes.line}
      data-stream={line.stream}
      data-task={line.task || undefined}
      data-picked={picked || undefined}
      data-hit={hit || undefined}
    >
      <a
        className={classes.number}
        href={`#L${number}`}
        onClick={pick}
        style={{ minWidth: `calc(${digits}ch + 24px)` }}
        aria-label={`Line ${number}`}
      >
        {number}
      </a>
      {since === null ? null : (
        <time
          className={classes.time}
          dateTime={new Date(line.at).toISOString()}
          title={new Date(line.at).toLocaleString()}
        >
          {clock(line.at - since)}
        </time>
      )}
      {host !== null && host >= 0 ? (
        <span className={classes.host} data-hue={host % 6}>
          {line.host}
        </span>
      ) : null}
      {line.task ? <span className={classes.task}>{line.task}</span> : null}
      <span className={classes.text}>
        <Ansi text={rest > 0 ? line.text.slice(0, longest) : line.text} needle={needle} />
      </span>
      {rest > 0 ? (
        <button type="button" className={classes.more} onClick={() => onLong(number - 1)}>
          {rest.toLocaleString("en")} more characters
        </button>
      ) : null}
      {line.millis === null ? null : (
        <span className={classes.millis}>{(line.millis / 1000).toFixed(1)} s</span>
      )}
    </div>
  );
});

/** `0:04.2`, `12:30.0`, `1:02:30.0`. */
function clock(millis: number): string {
  const total = Math.max(0, millis) / 1000;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = (total % 60).toFixed(1).padStart(4, "0");
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`
    : `${minutes}:${seconds}`;
}
