import { AreaChart, BarChart } from "@mantine/charts";
import type { ReactNode } from "react";
import type { FiguresQuery } from "../gql/graphql";
import classes from "./customers.module.css";

const percent = (share: number) => `${Math.round(1000 * share) / 10} %`;

/** The charts of the figures. Each says its last value in words, for those who cannot see it. */
export function FigureCharts({ figures }: { figures: FiguresQuery["figures"] }) {
  const { signUps, cohorts, churn } = figures;
  const week = signUps.slice(-7).reduce((sum, { count }) => sum + count, 0);
  const converted = cohorts.map(({ month, conversionRatio }) => ({
    month,
    share: Math.round(1000 * conversionRatio) / 10,
  }));
  return (
    <div className={classes.charts}>
      <Chart title="Sign-ups a day" now={`${week} in 7 days`}>
        <AreaChart
          h={180}
          data={signUps.map(({ day, count }) => ({ day: day.slice(5), count }))}
          dataKey="day"
          series={[{ name: "count", label: "Sign-ups", color: "indigo.5" }]}
          curveType="linear"
          withDots={false}
          fillOpacity={0.18}
          tickLine="none"
          gridAxis="x"
          yAxisProps={{ width: 36, allowDecimals: false }}
          xAxisProps={{ minTickGap: 36 }}
        />
      </Chart>
      <Chart
        title="Conversion by month of sign-up"
        now={percent(cohorts.at(-1)?.conversionRatio ?? 0)}
      >
        <BarChart
          h={180}
          data={converted}
          dataKey="month"
          series={[{ name: "share", label: "Converted", color: "teal.6" }]}
          tickLine="none"
          gridAxis="x"
          valueFormatter={(value) => `${value} %`}
          yAxisProps={{ width: 48, domain: [0, "auto"] }}
          xAxisProps={{ minTickGap: 24 }}
        />
      </Chart>
      <Chart title="Won and lost a month" now={`${percent(churn.at(-1)?.churnRatio ?? 0)} lost`}>
        <BarChart
          h={180}
          data={churn.map(({ month, gained, lost }) => ({ month, gained, lost: -lost }))}
          dataKey="month"
          type="stacked"
          series={[
            { name: "gained", label: "Won", color: "teal.6" },
            { name: "lost", label: "Lost", color: "red.6" },
          ]}
          tickLine="none"
          gridAxis="x"
          yAxisProps={{ width: 36, allowDecimals: false }}
          xAxisProps={{ minTickGap: 24 }}
        />
      </Chart>
    </div>
  );
}

function Chart({ title, now, children }: { title: string; now: string; children: ReactNode }) {
  return (
    <figure className={classes.chart} aria-label={`${title}, ${now}`}>
      <figcaption className={classes.chartTitle}>
        {title}
        <span className={classes.dim}>{now}</span>
      </figcaption>
      {children}
    </figure>
  );
}
