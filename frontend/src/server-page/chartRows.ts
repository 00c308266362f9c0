import type { SampleRange } from "../gql/schema";
import { withGaps } from "../ui/chartSteps";

/** The figures of one step of the charts; null where no look reached the server. */
export interface ChartPoint {
  at: string;
  upRatio: number;
  load1: number | null;
  load1Max: number | null;
  cpus: number | null;
  memoryUsed: number | null;
  memoryUsedMax: number | null;
  memoryTotal: number | null;
  diskUsed: number | null;
  diskUsedMax: number | null;
  replicationLag: number | null;
  replicationLagMax: number | null;
}

/** One row of a chart: a moment in words and what is drawn there; shares in percent. */
export interface ChartRow {
  /** Milliseconds since the epoch. */
  at: number;
  load: number | null;
  loadMax: number | null;
  memory: number | null;
  memoryMax: number | null;
  disk: number | null;
  diskMax: number | null;
  lag: number | null;
  lagMax: number | null;
}

const nothing = {
  load: null,
  loadMax: null,
  memory: null,
  memoryMax: null,
  disk: null,
  diskMax: null,
  lag: null,
  lagMax: null,
};

/** The rows of all charts of a range, oldest first. Steps that are missing become gaps, not lines across them. */
export function chartRows(points: readonly ChartPoint[], range: SampleRange): ChartRow[] {
  const rows = points.map((point) => {
    const ofMemory = (bytes: number | null) =>
      bytes === null || !point.memoryTotal ? null : percent(bytes / point.memoryTotal);
    return {
      at: Date.parse(point.at),
      load: rounded(point.load1),
      loadMax: rounded(point.load1Max),
      memory: ofMemory(point.memoryUsed),
      memoryMax: ofMemory(point.memoryUsedMax),
      disk: point.diskUsed === null ? null : percent(point.diskUsed),
      diskMax: point.diskUsedMax === null ? null : percent(point.diskUsedMax),
      lag: rounded(point.replicationLag),
      lagMax: rounded(point.replicationLagMax),
    };
  });
  return withGaps(rows, range, nothing);
}

/** How much of the range the server could be reached, 0 to 1; undefined when it was never looked at. */
export function reachable(points: readonly ChartPoint[]): number | undefined {
  if (points.length === 0) {
    return undefined;
  }
  return points.reduce((sum, { upRatio }) => sum + upRatio, 0) / points.length;
}

function percent(share: number): number {
  return Math.round(1000 * share) / 10;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(100 * value) / 100;
}
