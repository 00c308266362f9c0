import { expect, test } from "vitest";
import type { ActionStatus } from "../gql/schema";
import { heldBy, listed, type Part, progressOf } from "./tree";

function part(id: string, status: ActionStatus, ...waitsFor: Part[]): Part {
  return {
    id,
    status,
    waitsFor: waitsFor.map((one) => ({ id: one.id, title: `part ${one.id}`, status: one.status })),
  };
}

const master = part("1", "SUCCEEDED");
const slave = part("2", "RUNNING");
const copy = part("3", "QUEUED", master, slave);
const build = part("4", "QUEUED", copy);

test("few parts are listed in the order in which they happen", () => {
  expect(
    listed([build, copy, slave, master]).map(({ part: { id }, level }) => [id, level]),
  ).toEqual([
    ["1", 0],
    ["2", 0],
    ["3", 1],
    ["4", 2],
  ]);
});

test("of many parts, what needs a look comes first", () => {
  const many = Array.from({ length: 30 }, (_, at) => part(`${at}`, "SUCCEEDED"));
  const failed = part("99", "FAILED");
  expect(listed([...many, slave, failed]).map(({ part: { id } }) => id)).toEqual([
    "99",
    "2",
    ...many.map(({ id }) => id),
  ]);
});

test("what holds a part", () => {
  expect(heldBy(copy).map(({ title }) => title)).toEqual(["part 2"]);
  expect(heldBy(slave)).toEqual([]);
  expect(heldBy(part("5", "SKIPPED", master, part("6", "FAILED"))).map(({ id }) => id)).toEqual([
    "6",
  ]);
});

test("parts in one bar", () => {
  const { segments, ended } = progressOf([master, slave, copy, part("7", "SKIPPED")]);
  expect(ended).toBe(2);
  expect(segments.map(({ key, count }) => [key, count])).toEqual([
    ["done", 1],
    ["bad", 0],
    ["left", 1],
    ["run", 1],
  ]);
});
