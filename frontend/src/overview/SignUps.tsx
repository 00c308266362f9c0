import { Skeleton } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import pageClasses from "./OverviewPage.module.css";
import classes from "./SignUps.module.css";

const SignUpsQuery = graphql(/* GraphQL */ `
  query SignUps($days: Int!, $months: Int!) {
    figures(days: $days, months: $months) {
      trialsRunning
      payingCustomers
      revenue {
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
      }
    }
  }
`);

const days = 42;
const months = 3;

/** Sign-ups, trials and conversions of the last weeks, each a glance long; the rest is on the page of the subscriptions. */
export function SignUps() {
  const [{ data, error }, again] = usePolledQuery({
    query: SignUpsQuery,
    variables: { days, months },
    every: 60_000,
  });
  if (error && !data) {
    return <ErrorPanel title="The sign-ups did not come" error={error} onRetry={() => again()} />;
  }
  if (!data) {
    return <Skeleton height={84} radius={10} aria-busy />;
  }
  const { signUps, cohorts, trialsRunning, payingCustomers, revenue } = data.figures;
  const total = signUps.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 && payingCustomers === 0 && trialsRunning === 0) {
    return (
      <p className={pageClasses.quiet}>
        <IconUsers size={17} aria-hidden /> Nobody has signed up in the last weeks.{" "}
        <Link to="/customers">Customers</Link>
      </p>
    );
  }
  const most = Math.max(1, ...signUps.map(({ count }) => count));
  const week = signUps.slice(-7).reduce((sum, { count }) => sum + count, 0);
  const started = cohorts.reduce((sum, cohort) => sum + cohort.started, 0);
  const converted = cohorts.reduce((sum, cohort) => sum + cohort.converted, 0);
  return (
    <div className={classes.row}>
      <div
        className={classes.bars}
        role="img"
        aria-label={`${total.toLocaleString("en")} sign-ups in ${days} days`}
      >
        {signUps.map(({ day, count }) => (
          <span
            key={day}
            title={`${day}: ${count}`}
            data-none={count === 0 || undefined}
            style={{ height: `${Math.max(4, (100 * count) / most)}%` }}
          />
        ))}
      </div>
      <Figure label="Sign-ups this week" value={week.toLocaleString("en")} />
      <Figure label="Trials running" value={trialsRunning.toLocaleString("en")} />
      <Figure
        label={`Converted in ${months} months`}
        value={started === 0 ? "–" : `${Math.round((100 * converted) / started)} %`}
      />
      <Figure label="Paying customers" value={payingCustomers.toLocaleString("en")} />
      {revenue.map(({ currency, decimal }) => (
        <Figure key={currency} label="Revenue a month" value={`${decimal} ${currency}`} />
      ))}
    </div>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <div className={classes.value}>{value}</div>
      <div className={classes.label}>{label}</div>
    </div>
  );
}
