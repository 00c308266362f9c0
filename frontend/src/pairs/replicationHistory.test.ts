import { expect, test } from "vitest";
import { haltsOf, type ReplicationPoint, replicationRows } from "./replicationHistory";

const start = Date.parse("2026-05-01T10:00:00Z");
const minutes = (n: number) => start + n * 60_000;

function point(after: number, change: Partial<ReplicationPoint> = {}): ReplicationPoint {
  return {
    at: new Date(minutes(after)).toISOString(),
    receivesRatio: 1,
    appliesRatio: 1,
    position: `0-1-${after}`,
    lagSeconds: 0.25,
    lagSecondsMax: 2,
    mirrorAge: 20,
    mirrorAgeMax: 40,
    ...change,
  };
}

test("rows have a gap where no slave was looked at", () => {
  const rows = replicationRows([point(0), point(5, { lagSeconds: null }), point(30)], "DAY");
  expect(rows.map(({ at, lag, mirrorMax }) => [at, lag, mirrorMax])).toEqual([
    [minutes(0), 0.3, 40],
    [minutes(5), null, 40],
    [minutes(10), null, null],
    [minutes(25), null, null],
    [minutes(30), 0.3, 40],
  ]);
});

test("halts beside each other are one while the same stands still", () => {
  const halts = haltsOf(
    [
      point(0),
      point(5, { appliesRatio: 0.4 }),
      point(10, { appliesRatio: 0 }),
      point(15, { appliesRatio: 0, receivesRatio: 0 }),
      point(20),
      point(25, { receivesRatio: 0.9 }),
    ],
    "DAY",
  );
  expect(halts).toEqual([
    { from: minutes(5), to: minutes(15), what: "applying", position: "0-1-10" },
    { from: minutes(15), to: minutes(20), what: "receiving and applying", position: "0-1-15" },
    { from: minutes(25), to: minutes(30), what: "receiving", position: "0-1-25" },
  ]);
  expect(haltsOf([point(0)], "MONTH")).toEqual([]);
});
