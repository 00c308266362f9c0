import { AreaChart } from "@mantine/charts";
import { useMemo } from "react";
import type { SampleRange } from "../gql/schema";
import { formatDuration } from "../ui/time";
import { type ChartPoint, type ChartRow, chartRows, tickOf } from "./chartRows";
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
        <figure
          key={title}
          className={classes.chart}
          aria-label={`${title}, ${lastOf(rows, mean, words)}`}
        >
          <figcaption className={classes.chartTitle}>
            {title}
            <span className={classes.chartNow}>{lastOf(rows, mean, words)}</span>
          </figcaption>
          <AreaChart
            h={150}
            data={rows as unknown as Record<string, unknown>[]}
            dataKey="at"
            series={[
              { name: most, label: "Highest", color: "gray.5" },
              { name: mean, label: "Mean", color },
            ]}
            curveType="linear"
            withDots={false}
            strokeWidth={1.2}
            fillOpacity={0.18}
            connectNulls={false}
            tickLine="none"
            gridAxis="x"
            valueFormatter={words}
            yAxisProps={{
              width: 56,
              tickFormatter: short,
              domain: [0, top ?? "auto"],
              tickCount: 4,
            }}
            xAxisProps={{
              type: "number",
              scale: "time",
              domain: ["dataMin", "dataMax"],
              tickFormatter: (at: number) => tickOf(at, range),
              minTickGap: 36,
            }}
            tooltipProps={{
              labelFormatter: (at) => new Date(Number(at)).toLocaleString(),
            }}
          />
        </figure>
      ))}
    </div>
  );
}

function lastOf(rows: ChartRow[], key: keyof ChartRow, words: (value: number) => string): string {
  const last = rows.findLast((row) => row[key] !== null)?.[key];
  return typeof last === "number" ? words(last) : "–";
}
