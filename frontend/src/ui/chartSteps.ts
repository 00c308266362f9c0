// What the charts of a day and of a month have in common.

import type { SampleRange } from "../gql/schema";

/** How long a step of each range is, in milliseconds. */
export const chartSteps: Record<SampleRange, number> = { DAY: 5 * 60_000, MONTH: 3 * 3600_000 };

/** Adds rows of nothing where steps are missing, so that they become gaps and not lines across them. */
export function withGaps<Row extends { at: number }>(
  rows: readonly Row[],
  range: SampleRange,
  nothing: Omit<Row, "at">,
): Row[] {
  const step = chartSteps[range];
  const whole: Row[] = [];
  for (const row of rows) {
    const last = whole.at(-1);
    if (last && row.at - last.at > step) {
      whole.push({ ...nothing, at: last.at + step } as Row);
      if (row.at - last.at > 2 * step) {
        whole.push({ ...nothing, at: row.at - step } as Row);
      }
    }
    whole.push(row);
  }
  return whole;
}

/** A moment below a chart: the hour of a day, the day of a month. */
export function tickOf(at: number, range: SampleRange): string {
  return new Intl.DateTimeFormat(
    undefined,
    range === "DAY" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" },
  ).format(at);
}
