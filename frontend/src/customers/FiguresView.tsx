import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import classes from "./customers.module.css";
import { ExportButton } from "./ExportButton";
import { figureRows } from "./exports";
import { moneyWords } from "./money";

// Drawing charts takes a large library that few pages need.
const FigureCharts = lazy(async () => ({ default: (await import("./FigureCharts")).FigureCharts }));

const FiguresQuery = graphql(/* GraphQL */ `
  query Figures($days: Int!, $months: Int!) {
    figures(days: $days, months: $months) {
      at
      trialsRunning
      payingCustomers
      revenue {
        amount
        currency
        decimal
      }
      signUps {
        day
        count
      }
      cohorts {
        month
        started
        converted
        paying
        conversionRatio
      }
      churn {
        month
        before
        gained
        lost
        churnRatio
      }
    }
  }
`);

/** Sign-ups, trials, conversion, revenue and churn: the figures of today, and charts of how they came about. */
export function FiguresView() {
  const [{ data, error }, again] = usePolledQuery({
    query: FiguresQuery,
    variables: { days: 60, months: 12 },
    every: 60_000,
  });
  if (error && !data) {
    return (
      <ErrorPanel
        title="The figures could not be loaded"
        error={error}
        onRetry={() => again({ requestPolicy: "network-only" })}
      />
    );
  }
  if (!data) {
    return <Skeleton height={320} radius={10} aria-busy />;
  }
  const { figures } = data;
  const today = figures.signUps.at(-1)?.count ?? 0;
  return (
    <div className={classes.page}>
      <div className={classes.figures}>
        <Figure label="Sign-ups today" value={today.toLocaleString("en")} />
        <Figure label="Trials running" value={figures.trialsRunning.toLocaleString("en")} />
        <Figure label="Paying customers" value={figures.payingCustomers.toLocaleString("en")} />
        {figures.revenue.length === 0 ? <Figure label="Revenue a month" value="–" /> : null}
        {figures.revenue.map((money) => (
          <Figure
            key={money.currency}
            label={`Revenue a month in ${money.currency}`}
            value={moneyWords(money)}
          />
        ))}
        <span style={{ marginLeft: "auto" }}>
          <ExportButton name="figures.csv" load={async () => figureRows(figures)} />
        </span>
      </div>
      <Suspense fallback={<Skeleton height={240} radius={10} />}>
        <FigureCharts figures={figures} />
      </Suspense>
      <p className={classes.dim}>
        Days and months are those of UTC. Converted are subscriptions that were paid for, sooner or
        later; lost are those that had been paid for, were suspended or cancelled, and have not come
        back.
      </p>
    </div>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div className={classes.card}>
      <span className={classes.dim}>{label}</span>
      <span className={classes.figure}>{value}</span>
    </div>
  );
}
