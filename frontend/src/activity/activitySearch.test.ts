import { expect, test } from "vitest";
import { openTaskOf, readActionSearch, readActivitySearch } from "./activitySearch";

const cases: { name: string; search: Record<string, unknown>; read: object }[] = [
  { name: "nothing", search: {}, read: {} },
  {
    name: "everything",
    search: {
      status: ["FAILED", "RUNNING"],
      kind: "DEPLOY",
      parts: true,
      server: 4,
      site: "9",
      trail: ["a"],
    },
    read: {
      status: ["RUNNING", "FAILED"],
      kind: ["DEPLOY"],
      parts: true,
      server: "4",
      site: "9",
      trail: ["a"],
    },
  },
  {
    name: "what makes no sense",
    search: { status: ["LOST"], kind: {}, parts: "yes", server: [], trail: [1] },
    read: {},
  },
];

for (const { name, search, read } of cases) {
  test(name, () => expect(readActivitySearch(search)).toEqual(read));
}

test("one action", () => {
  expect(readActionSearch({ view: "tasks" })).toEqual({ view: "tasks" });
  expect(readActionSearch({ view: "pie", task: "<x>", only: 4 })).toEqual({});
  expect(readActionSearch({ only: ["failed"], task: "12:m-01" })).toEqual({
    only: ["failed"],
    task: "12:m-01",
  });
});

test("the open task of an address", () => {
  expect(openTaskOf({})).toBeUndefined();
  expect(openTaskOf({ task: "none" })).toBeNull();
  expect(openTaskOf({ task: "12:m-01.example.com" })).toEqual({
    task: 12,
    host: "m-01.example.com",
  });
});
