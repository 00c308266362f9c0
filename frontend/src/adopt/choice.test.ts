import { describe, expect, it } from "vitest";
import type { Note } from "../ui/Notes";
import {
  adoptableSites,
  adoptInput,
  adoptLabel,
  type Choice,
  type FoundBench,
  mayAdopt,
  nameFaults,
  rename,
  toggleBench,
  toggleSite,
} from "./choice";

const blocking: Note = { severity: "BLOCKING", message: "no" };
const warning: Note = { severity: "WARNING", message: "hm" };

const bench: FoundBench = {
  path: "/home/erp/frappe-bench",
  name: "frappe-bench",
  adopted: false,
  notes: [warning],
  apps: [{ app: "frappe", commit: "a".repeat(40), notes: [warning] }],
  sites: [
    { name: "one.example.com", known: false, notes: [] },
    { name: "two.example.com", known: false, notes: [blocking] },
    { name: "three.example.com", known: true, notes: [] },
    { name: "four.example.com", known: false, notes: [warning] },
  ],
};
const other = { ...bench, path: "/opt/other", name: "other" };

describe("choice", () => {
  it("ticks what nothing stands in the way of", () => {
    expect(adoptableSites(bench)).toEqual(["one.example.com", "four.example.com"]);
    expect(mayAdopt({ ...bench, notes: [blocking] })).toBe(false);
    expect(
      adoptableSites({
        ...bench,
        apps: [{ app: "shop", commit: "", notes: [blocking] }],
      }),
    ).toEqual([]);
  });

  it("asks for exactly what was ticked", () => {
    let choice: Choice = toggleBench({}, bench, true);
    choice = toggleSite(choice, bench, "four.example.com", false);
    choice = rename(choice, bench, "old");
    choice = toggleBench(choice, other, true);
    choice = toggleBench(choice, other, false);
    expect(adoptInput("7", "3", choice, [bench, other])).toEqual({
      serverId: "7",
      scanId: "3",
      benches: [
        {
          path: "/home/erp/frappe-bench",
          name: "old",
          apps: [{ app: "frappe", commit: "a".repeat(40) }],
          sites: ["one.example.com"],
        },
      ],
    });
  });

  it("leaves out what a later look no longer allows", () => {
    const choice = toggleBench({}, bench, true);
    const later = { ...bench, sites: bench.sites.slice(1) };
    expect(adoptLabel(choice, [later])).toBe("Adopt 1 bench, 1 site");
    expect(adoptLabel(choice, [])).toBe("Adopt");
  });

  it("counts in its button", () => {
    const choice = toggleBench(toggleBench({}, bench, true), other, true);
    expect(adoptLabel(choice, [bench, other])).toBe("Adopt 2 benches, 4 sites");
  });

  it("wants a name for each bench", () => {
    const choice = toggleBench(toggleBench({}, bench, true), other, true);
    expect(nameFaults(choice, [bench, other])).toEqual({});
    expect(Object.keys(nameFaults(rename(choice, bench, "other"), [bench, other]))).toHaveLength(2);
    expect(nameFaults(rename(choice, bench, "$(id)"), [bench, other])).toHaveProperty([bench.path]);
    expect(nameFaults(rename({}, bench, "$(id)"), [bench])).toEqual({});
  });
});
