import { describe, expect, test } from "vitest";
import type { Progress, SiteRow } from "./deployState";
import { nameSites, nextStep, summaryText } from "./summary";

const progress: Progress = {
  status: "FAILED",
  total: 312,
  running: 0,
  done: 309,
  rolledBack: 2,
  broken: 1,
  cancelled: 0,
  notStarted: 0,
  startedAt: "2030-01-01T12:00:00Z",
  finishedAt: "2030-01-01T12:06:12Z",
};

function site(name: string, change: Partial<SiteRow>): SiteRow {
  return {
    siteId: name,
    siteName: name,
    serverId: "1",
    actionId: "1",
    fromRevisionId: "1",
    toRevisionId: "2",
    status: "DONE",
    step: "",
    detail: "",
    percent: 100,
    skippedPatches: [],
    errorCode: "",
    errorMessage: "",
    ...change,
  };
}

test("a summary says how many, how long down, what failed and what next", () => {
  const sites = [
    site("acme.example.com", { maintenanceSeconds: 48 }),
    site("beta.example.com", {
      maintenanceSeconds: 14,
      status: "ROLLED_BACK",
      errorMessage: "patch p1 failed on beta.example.com: KeyError 'uom'",
    }),
    site("cedar.example.com", {
      maintenanceSeconds: 12,
      status: "ROLLED_BACK",
      errorMessage: "patch p1 failed on cedar.example.com: KeyError 'uom'",
    }),
    site("delta.example.com", {
      status: "BROKEN",
      errorCode: "UNDO_FAILED",
      errorMessage: "the disk is full",
    }),
  ];
  expect(
    summaryText(
      { id: "184", title: "erpnext 15.43.0 to 312 sites" },
      { progress, sites },
      "https://central.example.com/deploys/184",
    ),
  ).toBe(
    [
      "Deploy 184: erpnext 15.43.0 to 312 sites finished with failures after 6 m 12 s.",
      "Sites: 309 of 312 done, 2 rolled back (old code and data, answering), 1 broken (a person is needed).",
      "In maintenance: median 14 s, worst 48 s (acme.example.com).",
      "What failed:",
      "- The disk is full: delta.example.com",
      "- Patch p1 failed on the site: KeyError 'uom': beta.example.com, cedar.example.com",
      "Next: look after the 1 broken site by hand; retry these 2 when the cause is mended.",
      "https://central.example.com/deploys/184",
    ].join("\n"),
  );
});

describe("what next", () => {
  const cases: { name: string; change: Partial<Progress>; says: string }[] = [
    {
      name: "all done",
      change: { rolledBack: 0, broken: 0, done: 312 },
      says: "nothing, every site is on the new code.",
    },
    {
      name: "some rolled back",
      change: { rolledBack: 3, broken: 0 },
      says: "mend the cause, then retry these 3.",
    },
    {
      name: "one rolled back",
      change: { rolledBack: 1, broken: 0 },
      says: "mend the cause, then retry this 1.",
    },
    {
      name: "only broken",
      change: { rolledBack: 0, broken: 2 },
      says: "look after the 2 broken sites by hand.",
    },
    {
      name: "cancelled",
      change: { rolledBack: 0, broken: 0, cancelled: 4 },
      says: "4 sites stayed on the old code; retry these 4 when it suits.",
    },
  ];
  for (const { name, change, says } of cases) {
    test(name, () => expect(nextStep({ progress: { ...progress, ...change } })).toBe(says));
  }
});

test("many names become a number", () => {
  expect(nameSites(["a", "b", "c", "d", "e", "f", "g"])).toBe("a, b, c, d, e and 2 more");
  expect(nameSites(["a"])).toBe("a");
});
