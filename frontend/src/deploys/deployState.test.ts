import { describe, expect, test } from "vitest";
import {
  adoptSnapshot,
  type DeployEvent,
  deployState,
  type Progress,
  reduceDeploy,
  type SiteRow,
  siteOf,
} from "./deployState";

function site(id: string, change: Partial<SiteRow> = {}): SiteRow {
  return {
    siteId: id,
    siteName: `s${id}.example.com`,
    serverId: "1",
    actionId: `9${id}`,
    fromRevisionId: "1",
    toRevisionId: "2",
    status: "WAITING",
    step: "",
    detail: "",
    percent: 0,
    skippedPatches: [],
    errorCode: "",
    errorMessage: "",
    ...change,
  };
}

const progress: Progress = {
  status: "RUNNING",
  total: 3,
  running: 0,
  done: 0,
  rolledBack: 0,
  broken: 0,
  cancelled: 0,
  notStarted: 0,
};
const start = deployState({
  lastSeq: 4,
  progress,
  sites: [site("1"), site("2"), site("3")],
  builds: [],
});

function event(
  seq: number,
  change: Partial<DeployEvent> & { figures?: Partial<Progress> } = {},
): DeployEvent {
  const { figures, ...rest } = change;
  return { seq, at: "2030-01-01T12:00:00Z", progress: { ...progress, ...figures }, ...rest };
}

const run = [
  event(5, {
    figures: { running: 1 },
    site: site("2", { status: "RUNNING", step: "backup", percent: 20 }),
  }),
  event(6, {
    figures: { running: 1 },
    site: site("2", { status: "RUNNING", step: "migrate", percent: 60 }),
  }),
  event(7, {
    figures: { done: 1 },
    site: site("2", { status: "DONE", percent: 100, maintenanceSeconds: 11 }),
  }),
];

describe("reduceDeploy", () => {
  test("a site's row and the figures follow the events", () => {
    const state = reduceDeploy(start, run);
    expect(siteOf(state, "2")).toMatchObject({
      status: "DONE",
      percent: 100,
      maintenanceSeconds: 11,
    });
    expect(state.progress.done).toBe(1);
    expect(state.lastSeq).toBe(7);
  });

  test("sites that did not change are the same objects", () => {
    const state = reduceDeploy(start, run);
    expect(state.sites[0]).toBe(start.sites[0]);
    expect(state.sites.map((row) => row.siteId)).toEqual(["1", "2", "3"]);
  });

  test("events seen before change nothing", () => {
    const state = reduceDeploy(start, run);
    expect(reduceDeploy(state, run)).toBe(state);
    expect(reduceDeploy(state, [event(3, { site: site("2", { status: "WAITING" }) })])).toBe(state);
  });

  test("a replay that overlaps ends in the same state", () => {
    const state = reduceDeploy(reduceDeploy(start, run.slice(0, 2)), run);
    expect(state).toEqual(reduceDeploy(start, run));
  });

  test("one batch or one by one is the same", () => {
    const single = run.reduce((state, one) => reduceDeploy(state, [one]), start);
    expect(single).toEqual(reduceDeploy(start, run));
  });

  test("an event twice in one batch counts once, and the older never wins", () => {
    const [first, second, third] = run as [DeployEvent, DeployEvent, DeployEvent];
    expect(reduceDeploy(start, [first, second, first, third, second])).toEqual(
      reduceDeploy(start, run),
    );
  });

  test("bars never move backwards", () => {
    const state = reduceDeploy(start, [
      run[1] as DeployEvent,
      event(8, { site: site("2", { status: "RUNNING", percent: 10 }), figures: { done: 2 } }),
      event(9, { figures: { done: 1 } }),
    ]);
    expect(siteOf(state, "2")?.percent).toBe(60);
    expect(state.progress.done).toBe(2);
  });

  test("builds appear and move", () => {
    const build = {
      actionId: "7",
      revisionId: "2",
      serverId: "1",
      status: "RUNNING" as const,
      percent: 40,
      task: "install frappe",
    };
    let state = reduceDeploy(start, [event(5, { build })]);
    state = reduceDeploy(state, [
      event(6, { build: { ...build, percent: 30, task: "build assets" } }),
    ]);
    expect(state.builds).toEqual([{ ...build, percent: 40, task: "build assets" }]);
  });

  test("a site that the snapshot did not have is added once", () => {
    const state = reduceDeploy(start, [
      event(5, { site: site("9") }),
      event(6, { site: site("9", { percent: 5 }) }),
    ]);
    expect(state.sites).toHaveLength(4);
    expect(siteOf(state, "9")?.percent).toBe(5);
    expect(siteOf(start, "9")).toBeUndefined();
  });

  test("of 5,000 sites only those that changed are new", () => {
    const many = deployState({
      lastSeq: 0,
      progress: { ...progress, total: 5_000 },
      sites: Array.from({ length: 5_000 }, (_, index) => site(`${index}`)),
      builds: [],
    });
    const state = reduceDeploy(
      many,
      Array.from({ length: 200 }, (_, index) =>
        event(index + 1, { site: site(`${index % 20}`, { percent: index % 100 }) }),
      ),
    );
    expect(state.lastSeq).toBe(200);
    expect(state.places).toBe(many.places);
    expect(state.sites.filter((row, place) => row !== many.sites[place])).toHaveLength(20);
  });
});

describe("adoptSnapshot", () => {
  test("a later snapshot wins, bars stay where they were", () => {
    const state = reduceDeploy(start, run.slice(0, 2));
    const later = adoptSnapshot(state, {
      lastSeq: 9,
      progress: { ...progress, done: 1 },
      sites: [site("1"), site("2", { percent: 50, status: "RUNNING" }), site("3")],
      builds: [],
    });
    expect(later.lastSeq).toBe(9);
    expect(siteOf(later, "2")?.percent).toBe(60);
  });
  test("an older snapshot changes nothing", () => {
    const state = reduceDeploy(start, run);
    expect(adoptSnapshot(state, { lastSeq: 5, progress, sites: [], builds: [] })).toBe(state);
  });
});
