import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { graphql } from "../gql";
import type { BenchCardFragment as Bench } from "../gql/graphql";
import { RelativeTime } from "../ui/RelativeTime";
import classes from "./BenchCard.module.css";
import { RevisionsTable } from "./RevisionsTable";

export const BenchCardFragment = graphql(/* GraphQL */ `
  fragment BenchCard on Bench {
    id
    name
    python
    siteCount
    createdAt
    closedToSites
    closedWhy
    server {
      id
      name
    }
    ...RevisionsTable
  }
`);

/** One bench: a row per revision with its apps, and how the sites are spread over them. */
export function BenchCard({ bench, actions }: { bench: Bench; actions?: ReactNode }) {
  return (
    <section className={classes.card} aria-label={`Bench ${bench.name}`}>
      <header className={classes.head}>
        <h2 className={classes.name}>
          <Link to="/benches/$benchId" params={{ benchId: bench.id }}>
            {bench.name}
          </Link>
        </h2>
        <span className={classes.facts}>
          on <span className={classes.mono}>{bench.server.name}</span> · {bench.python} · created{" "}
          <RelativeTime at={bench.createdAt} />
          {bench.closedToSites
            ? ` · closed to new sites${bench.closedWhy ? `: ${bench.closedWhy}` : ""}`
            : ""}
        </span>
        {actions}
        <Link to="/sites" search={{ bench: [bench.id] }} className={classes.sites}>
          {bench.siteCount.toLocaleString("en")} {bench.siteCount === 1 ? "site" : "sites"}
        </Link>
      </header>
      <RevisionsTable bench={bench} />
    </section>
  );
}
