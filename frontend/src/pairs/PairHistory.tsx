import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { SampleRange } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { RangeControl, rangePace, rangeWords } from "../ui/RangeControl";
import classes from "./PairHistory.module.css";

// Drawing charts takes a large library that few pages need.
const PairCharts = lazy(async () => ({
  default: (await import("./PairCharts")).PairCharts,
}));

const PairSamplesQuery = graphql(/* GraphQL */ `
  query PairSamples($id: ID!, $range: SampleRange!) {
    pair(id: $id) {
      id
      samples(range: $range) {
        at
        receivesRatio
        appliesRatio
        position
        lagSeconds
        lagSecondsMax
        mirrorAge
        mirrorAgeMax
      }
    }
  }
`);

/** How the pair's slave followed during the last day or month, whichever server it was. */
export function PairHistory({
  pairId,
  range,
  onRange,
}: {
  pairId: string;
  range: SampleRange;
  onRange: (range: SampleRange) => void;
}) {
  const [{ data, error }, again] = usePolledQuery({
    query: PairSamplesQuery,
    variables: { id: pairId, range },
    every: rangePace[range],
  });
  const points = data?.pair?.samples;
  return (
    <section className={classes.history} aria-label="History of the replication">
      <div className={classes.head}>
        <h2>{rangeWords[range]}</h2>
        <RangeControl range={range} onRange={onRange} />
      </div>
      {error && !points ? (
        <ErrorPanel
          title="The history could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : points === undefined ? (
        <Skeleton height={190} radius={10} />
      ) : points.length === 0 ? (
        <p className={classes.none}>
          Nothing was measured yet. The slave is looked at twice a minute once it follows.
        </p>
      ) : (
        <Suspense fallback={<Skeleton height={190} radius={10} />}>
          <PairCharts points={points} range={range} />
        </Suspense>
      )}
    </section>
  );
}
