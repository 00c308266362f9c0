import { expect, test } from "vitest";
import { timeLeft } from "./timeLeft";

const busy = {
  DONE: 0,
  ROLLED_BACK: 0,
  BROKEN: 0,
  NOT_STARTED: 0,
  CANCELLED: 0,
  RUNNING: 1,
  WAITING: 0,
};

const cases: { seconds: number | null; building?: boolean; says: string }[] = [
  { seconds: null, says: "" },
  { seconds: null, building: true, says: "building first" },
  { seconds: 3, says: "a few seconds left" },
  { seconds: 31, says: "about 40 s left" },
  { seconds: 58, says: "about 1 m left" },
  { seconds: 360, says: "about 6 m left" },
  { seconds: 5400, says: "about 1.5 h left" },
];

for (const { seconds, building = false, says } of cases) {
  test(`${seconds} seconds${building ? " while building" : ""}`, () =>
    expect(timeLeft(seconds, building, busy)).toBe(says));
}

test("nothing is left", () => expect(timeLeft(40, false, { ...busy, RUNNING: 0 })).toBe(""));
