import { expect, test } from "vitest";
import { pairDeeds } from "./pairDeeds";

const pair = (name: string, busy = false) => ({
  name,
  status: "READY" as const,
  busyAction: busy ? { title: "Set up" } : null,
  slave: { name: "s-01" },
});
const pairs = [pair("pair-01"), pair("pair-02"), pair("pair-03", true)];

function found(search: string, role: "ADMIN" | "OPERATOR" | "VIEWER" = "ADMIN") {
  return pairDeeds(pairs, search, role).map(({ pair: { name }, deed }) => `${deed} ${name}`);
}

test("what to do, and on which pair", () => {
  expect(found("switch")).toEqual(["switchOver pair-01", "switchOver pair-02"]);
  expect(found("02 fail")).toEqual(["failOver pair-02"]);
  expect(found("rehearse pair-01", "OPERATOR")).toEqual(["rehearse pair-01"]);
});

test("a pair alone begins nothing, and nobody is offered what they may not do", () => {
  expect(found("pair-01")).toEqual([]);
  expect(found("")).toEqual([]);
  expect(found("switch", "VIEWER")).toEqual([]);
  expect(found("over pair-03")).toEqual([]);
});
