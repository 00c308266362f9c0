import { expect, test } from "vitest";
import { readActionSearch, readActivitySearch } from "./activitySearch";

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
  expect(readActionSearch({ view: "pie" })).toEqual({});
});
