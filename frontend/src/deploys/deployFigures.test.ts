import { describe, expect, test } from "vitest";
import {
  countsOf,
  failureGroups,
  maintenanceFigures,
  percentOf,
  retryCount,
  serverFigures,
  undoneStep,
} from "./deployFigures";
import type { Progress, SiteRow } from "./deployState";

const progress: Progress = {
  status: "RUNNING",
  total: 10,
  running: 2,
  done: 3,
  rolledBack: 1,
  broken: 1,
  cancelled: 0,
  notStarted: 1,
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
    percent: 0,
    skippedPatches: [],
    errorCode: "",
    errorMessage: "",
    ...change,
  };
}

test("counts add up to the total", () => {
  const counts = countsOf(progress);
  expect(counts).toEqual({
    DONE: 3,
    ROLLED_BACK: 1,
    BROKEN: 1,
    NOT_STARTED: 1,
    CANCELLED: 0,
    RUNNING: 2,
    WAITING: 2,
  });
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(10);
});

test("more running than are left is not drawn past the end", () => {
  expect(countsOf({ ...progress, running: 9 })).toMatchObject({ RUNNING: 4, WAITING: 0 });
});

test("a retry is for every site that is not on the new code, broken ones apart", () => {
  expect(retryCount(progress)).toBe(2);
  expect(retryCount({ ...progress, cancelled: 2 })).toBe(4);
});

test("servers are summed up, running sites by how far they are", () => {
  const servers = serverFigures([
    site("a", { status: "DONE" }),
    site("b", { status: "RUNNING", percent: 50 }),
    site("c", { serverId: "2", status: "WAITING" }),
  ]);
  expect(servers).toMatchObject([
    { serverId: "1", total: 2, percent: 75, counts: { DONE: 1, RUNNING: 1 } },
    { serverId: "2", total: 1, percent: 0, counts: { WAITING: 1 } },
  ]);
});

test("the whole counts running sites by how far they are", () => {
  const sites = [
    site("a", { status: "RUNNING", percent: 50 }),
    site("b", { status: "RUNNING", percent: 30 }),
  ];
  expect(percentOf({ progress, sites })).toBeCloseTo(68);
  expect(percentOf({ progress: { ...progress, total: 0 }, sites: [] })).toBe(0);
});

describe("seconds in maintenance", () => {
  test("median and worst of an odd number", () => {
    const sites = [
      site("a", { maintenanceSeconds: 30 }),
      site("b", { maintenanceSeconds: 10 }),
      site("c", { maintenanceSeconds: 12 }),
      site("d", {}),
    ];
    expect(maintenanceFigures(sites)).toEqual({ sites: 3, median: 12, worst: 30, worstSite: "a" });
  });
  test("median of an even number lies between", () => {
    expect(
      maintenanceFigures([
        site("a", { maintenanceSeconds: 10 }),
        site("b", { maintenanceSeconds: 20 }),
      ])?.median,
    ).toBe(15);
  });
  test("none yet", () => expect(maintenanceFigures([site("a", {})])).toBeNull());
});

test("failures of one reason are one group, broken sites first", () => {
  const groups = failureGroups([
    site("a.example.com", {
      status: "ROLLED_BACK",
      errorCode: "MIGRATION_FAILED",
      errorMessage: "patch p1 failed on a.example.com: KeyError",
    }),
    site("b.example.com", {
      status: "ROLLED_BACK",
      errorCode: "MIGRATION_FAILED",
      errorMessage: "patch p1 failed on b.example.com: KeyError",
    }),
    site("c.example.com", {
      status: "BROKEN",
      errorCode: "UNDO_FAILED",
      errorMessage: "database is gone",
    }),
    site("d.example.com", { status: "DONE" }),
  ]);
  expect(groups.map((group) => [group.status, group.message, group.sites.length])).toEqual([
    ["BROKEN", "Database is gone", 1],
    ["ROLLED_BACK", "Patch p1 failed on the site: KeyError", 2],
  ]);
});

test("a step that is taken back is told from one that is done", () => {
  expect(undoneStep("undo: Migrate")).toBe("Migrate");
  expect(undoneStep("Migrate")).toBeNull();
});
