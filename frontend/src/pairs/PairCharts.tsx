import { useMemo } from "react";
import type { SampleRange } from "../gql/schema";
import { HistoryChart } from "../ui/HistoryChart";
import { formatDuration } from "../ui/time";
import classes from "./PairHistory.module.css";
import { type Halt, haltsOf, type ReplicationPoint, replicationRows } from "./replicationHistory";

const inSeconds = (seconds: number) => `${seconds} s`;

/** How the slave followed: lag and mirror age, and when a thread stood still. */
export function PairCharts({
  points,
  range,
}: {
  points: readonly ReplicationPoint[];
  range: SampleRange;
}) {
  const rows = useMemo(() => replicationRows(points, range), [points, range]);
  const halts = useMemo(() => haltsOf(points, range), [points, range]);
  const [from, to] = [rows[0]?.at ?? 0, rows.at(-1)?.at ?? 0];
  const drawn = { rows, range, words: formatDuration, short: inSeconds };
  return (
    <>
      <div className={classes.charts}>
        <HistoryChart
          {...drawn}
          title="Replication lag"
          mean="lag"
          most="lagMax"
          color="orange.6"
        />
        <HistoryChart
          {...drawn}
          title="Mirror age"
          mean="mirror"
          most="mirrorMax"
          color="indigo.5"
        />
      </div>
      <div className={classes.halts}>
        <span>
          {halts.length === 0
            ? "Both threads ran at every look."
            : `A thread stood still ${halts.length === 1 ? "once" : `${halts.length} times`}:`}
        </span>
        {halts.length === 0 ? null : (
          <>
            <div className={classes.strip} aria-hidden>
              {halts.map((halt) => (
                <span key={halt.from} style={placeOf(halt, from, to)} title={wordsOf(halt)} />
              ))}
            </div>
            <ul aria-label="When a thread stood still">
              {halts
                .slice(-shown)
                .reverse()
                .map((halt) => (
                  <li key={halt.from}>{wordsOf(halt)}</li>
                ))}
            </ul>
          </>
        )}
      </div>
    </>
  );
}

/** So many halts are told in words, the newest first; the strip shows all. */
const shown = 5;

function placeOf({ from, to }: Halt, begin: number, end: number) {
  const whole = Math.max(1, end - begin);
  const left = (100 * (from - begin)) / whole;
  const width = Math.min(100 - left, (100 * (to - from)) / whole);
  return { left: `${Math.min(left, 99.5)}%`, width: `${Math.max(0.5, width)}%` };
}

function wordsOf({ from, to, what, position }: Halt): string {
  const moment = (at: number) =>
    new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return `${moment(from)}, for ${formatDuration((to - from) / 1000)} at most: not ${what}${
    position ? `, at ${position}` : ""
  }`;
}
