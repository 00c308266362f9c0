import { useMemo } from "react";
import type { SampleRange } from "../gql/schema";
import { HistoryChart } from "../ui/HistoryChart";
import { formatDuration } from "../ui/time";
import { type ChartPoint, type ChartRow, chartRows } from "./chartRows";
import classes from "./ServerPage.module.css";

interface Drawn {
  title: string;
  mean: keyof ChartRow;
  most: keyof ChartRow;
  color: string;
  words: (value: number) => string;
  /** As on the axis, where there is little room. */
  short: (value: number) => string;
  /** The top of the scale where it is fixed. */
  top?: number;
}

const plain = (value: number) => `${value}`;
const percent = (value: number) => `${value} %`;

const drawn: Drawn[] = [
  { title: "Load", mean: "load", most: "loadMax", color: "indigo.5", words: plain, short: plain },
  {
    title: "Memory",
    mean: "memory",
    most: "memoryMax",
    color: "teal.6",
    words: percent,
    short: percent,
    top: 100,
  },
  {
    title: "Fullest disk",
    mean: "disk",
    most: "diskMax",
    color: "blue.5",
    words: percent,
    short: percent,
    top: 100,
  },
  {
    title: "Replication lag",
    mean: "lag",
    most: "lagMax",
    color: "orange.6",
    words: formatDuration,
    short: (seconds) => `${seconds} s`,
  },
];

/** The charts of a server's last day or month: means as areas, the highest as lines above them. */
export function ServerCharts({
  points,
  range,
}: {
  points: readonly ChartPoint[];
  range: SampleRange;
}) {
  const rows = useMemo(() => chartRows(points, range), [points, range]);
  const shown = drawn.filter(({ mean }) => mean !== "lag" || rows.some(({ lag }) => lag !== null));
  return (
    <div className={classes.charts}>
      {shown.map(({ title, mean, most, color, words, short, top }) => (
        <HistoryChart
          key={title}
          title={title}
          rows={rows}
          mean={mean}
          most={most}
          color={color}
          words={words}
          short={short}
          range={range}
          {...(top === undefined ? {} : { top })}
        />
      ))}
    </div>
  );
}
