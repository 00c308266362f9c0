import { Skeleton } from "@mantine/core";
import { IconChartAreaLine } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { SampleRange } from "../gql/schema";
import { formatShare } from "../ui/bytes";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { RangeControl, rangePace, rangeWords } from "../ui/RangeControl";
import { reachable } from "./chartRows";
import classes from "./ServerPage.module.css";

// Drawing charts takes a large library that no other page needs.
const ServerCharts = lazy(async () => ({
  default: (await import("./ServerCharts")).ServerCharts,
}));

const ServerSamplesQuery = graphql(/* GraphQL */ `
  query ServerSamples($id: ID!, $range: SampleRange!) {
    server(id: $id) {
      id
      samples(range: $range) {
        at
        upRatio
        load1
        load1Max
        cpus
        memoryUsed
        memoryUsedMax
        memoryTotal
        diskUsed
        diskUsedMax
        replicationLag
        replicationLagMax
      }
    }
  }
`);

/** Charts of the last day or month, with how much of it the server could be reached. */
export function ChartsSection({
  serverId,
  range,
  onRange,
}: {
  serverId: string;
  range: SampleRange;
  onRange: (range: SampleRange) => void;
}) {
  const [{ data, error }, again] = usePolledQuery({
    query: ServerSamplesQuery,
    variables: { id: serverId, range },
    every: rangePace[range],
  });
  const points = data?.server?.samples;
  const share = points ? reachable(points) : undefined;
  return (
    <section className={classes.section} aria-label="Charts">
      <div className={classes.sectionHead}>
        <h2 className={classes.title}>{rangeWords[range]}</h2>
        {share === undefined ? null : (
          <span className={classes.dim}>reachable {formatShare(share)} of the time</span>
        )}
        <RangeControl range={range} onRange={onRange} className={classes.end} />
      </div>
      {error && !points ? (
        <ErrorPanel
          title="The charts could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : points === undefined ? (
        <ChartsSkeleton />
      ) : points.length === 0 ? (
        <EmptyState icon={<IconChartAreaLine size={22} />} title="Nothing was measured yet">
          Central looks at every server that is ready twice a minute; the first points show after
          that.
        </EmptyState>
      ) : (
        <Suspense fallback={<ChartsSkeleton />}>
          <ServerCharts points={points} range={range} />
        </Suspense>
      )}
    </section>
  );
}

function ChartsSkeleton() {
  return (
    <div className={classes.charts} aria-busy>
      {[0, 1, 2].map((chart) => (
        <Skeleton key={chart} height={190} radius={10} />
      ))}
    </div>
  );
}
