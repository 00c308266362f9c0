// How a slave followed during a day or a month, as it is drawn. Pure.

import type { SampleRange } from "../gql/schema";
import { chartSteps, withGaps } from "../ui/chartSteps";

/** How the slave followed during one step. */
export interface ReplicationPoint {
  at: string;
  receivesRatio: number;
  appliesRatio: number;
  position: string;
  lagSeconds: number | null;
  lagSecondsMax: number | null;
  mirrorAge: number | null;
  mirrorAgeMax: number | null;
}

/** One row of the charts; null where nothing is known. */
export interface ReplicationRow {
  /** Milliseconds since 1970. */
  at: number;
  lag: number | null;
  lagMax: number | null;
  mirror: number | null;
  mirrorMax: number | null;
}

/** A time in which one of the threads stood still at a look or more. */
export interface Halt {
  from: number;
  to: number;
  /** What stood still: `receiving`, `applying` or both. */
  what: string;
  /** Where the slave was at its end; empty when it did not say. */
  position: string;
}

const nothing = { lag: null, lagMax: null, mirror: null, mirrorMax: null };

/** The rows of both charts, oldest first, with gaps where no slave was looked at. */
export function replicationRows(
  points: readonly ReplicationPoint[],
  range: SampleRange,
): ReplicationRow[] {
  const rows = points.map((point) => ({
    at: Date.parse(point.at),
    lag: rounded(point.lagSeconds),
    lagMax: rounded(point.lagSecondsMax),
    mirror: rounded(point.mirrorAge),
    mirrorMax: rounded(point.mirrorAgeMax),
  }));
  return withGaps(rows, range, nothing);
}

/** When a thread stood still, oldest first; what lies beside each other and is the same is one. */
export function haltsOf(points: readonly ReplicationPoint[], range: SampleRange): Halt[] {
  const step = chartSteps[range];
  const halts: Halt[] = [];
  for (const { at, receivesRatio, appliesRatio, position } of points) {
    const what = [receivesRatio < 1 ? "receiving" : "", appliesRatio < 1 ? "applying" : ""]
      .filter(Boolean)
      .join(" and ");
    if (what === "") {
      continue;
    }
    const from = Date.parse(at);
    const last = halts.at(-1);
    if (last && last.to === from && last.what === what) {
      halts[halts.length - 1] = { ...last, to: from + step, position };
    } else {
      halts.push({ from, to: from + step, what, position });
    }
  }
  return halts;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(10 * value) / 10;
}
