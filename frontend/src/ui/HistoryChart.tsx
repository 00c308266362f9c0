import { AreaChart } from "@mantine/charts";
import type { SampleRange } from "../gql/schema";
import { tickOf } from "./chartSteps";
import classes from "./HistoryChart.module.css";

/** One figure over a day or a month: its mean as an area, its highest as a line above. */
export function HistoryChart<Row extends { at: number }>({
  title,
  rows,
  mean,
  most,
  color,
  words,
  short,
  top,
  range,
}: {
  title: string;
  rows: readonly Row[];
  mean: keyof Row & string;
  most: keyof Row & string;
  color: string;
  words: (value: number) => string;
  /** As on the axis, where there is little room. */
  short: (value: number) => string;
  /** The top of the scale where it is fixed. */
  top?: number;
  range: SampleRange;
}) {
  const last = rows.findLast((row) => row[mean] !== null)?.[mean];
  const now = typeof last === "number" ? words(last) : "–";
  return (
    <figure className={classes.chart} aria-label={`${title}, ${now}`}>
      <figcaption className={classes.title}>
        {title}
        <span className={classes.now}>{now}</span>
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
  );
}
