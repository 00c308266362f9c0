import { expect, it } from "vitest";
import { type ChartPoint, chartRows, reachable } from "./chartRows";

const point = (at: string, change: Partial<ChartPoint> = {}): ChartPoint => ({
  at,
  upRatio: 1,
  load1: 0.5,
  load1Max: 1.234,
  cpus: 2,
  memoryUsed: 1,
  memoryUsedMax: 3,
  memoryTotal: 4,
  diskUsed: 0.5004,
  diskUsedMax: 0.6,
  replicationLag: null,
  replicationLagMax: null,
  ...change,
});

it("turns shares into percent and rounds", () => {
  expect(chartRows([point("2026-05-01T10:00:00Z")], "DAY")).toEqual([
    {
      at: Date.parse("2026-05-01T10:00:00Z"),
      load: 0.5,
      loadMax: 1.23,
      memory: 25,
      memoryMax: 75,
      disk: 50,
      diskMax: 60,
      lag: null,
      lagMax: null,
    },
  ]);
});

it("leaves a gap where steps are missing", () => {
  const rows = chartRows([point("2026-05-01T10:00:00Z"), point("2026-05-01T11:00:00Z")], "DAY");
  expect(rows.map(({ load }) => load)).toEqual([0.5, null, null, 0.5]);
});

it("joins steps that follow each other", () => {
  const points = [point("2026-05-01T10:00:00Z"), point("2026-05-01T10:05:00Z")];
  expect(chartRows(points, "DAY")).toHaveLength(2);
  expect(chartRows(points, "MONTH")).toHaveLength(2);
});

it("draws nothing where the server was away", () => {
  const away = point("2026-05-01T10:00:00Z", { upRatio: 0, load1: null, memoryUsed: null });
  expect(chartRows([away], "DAY")[0]).toMatchObject({ load: null, memory: null });
});

it("says how much of the time it could be reached", () => {
  expect(reachable([])).toBeUndefined();
  expect(
    reachable([point("2026-05-01T10:00:00Z"), point("2026-05-01T10:05:00Z", { upRatio: 0.5 })]),
  ).toBe(0.75);
});
