import { expect, test } from "vitest";
import { emptyOutput, type OutputEvent, reduceOutput } from "./outputState";
import { firstFailure, tasksOf } from "./tasks";

const blank = {
  at: "2030-01-01T12:00:00Z",
  step: "",
  text: "",
  stream: "",
  host: "",
  taskStatus: "",
};

function output(list: Partial<OutputEvent>[]) {
  return reduceOutput(
    emptyOutput,
    list.map(
      (event, index) => ({ ...blank, kind: "TASK", seq: index + 1, ...event }) as OutputEvent,
    ),
  );
}

const line = (host: string, text: string, stream = "stdout"): Partial<OutputEvent> => ({
  kind: "LINE",
  host,
  text,
  stream,
});

test("tasks are rows, hosts are columns, steps and plays are groups", () => {
  const tasks = tasksOf(
    output([
      { kind: "STEP", step: "set up", stepStatus: "RUNNING" },
      { step: "Server", text: "install", host: "m-02", taskStatus: "changed", millis: 900 },
      line("m-01", "noise"),
      { step: "Server", text: "install", host: "m-01", taskStatus: "ok", millis: 100 },
      { step: "Master", text: "firewall", host: "m-01", taskStatus: "failed", millis: 5 },
    ]),
  );
  expect(tasks.hosts).toEqual(["m-01", "m-02"]);
  expect(tasks.count).toBe(2);
  expect(tasks.plays.map(({ title, rows }) => [title, rows.map(({ name }) => name)])).toEqual([
    ["set up · Server", ["install"]],
    ["set up · Master", ["firewall"]],
  ]);
  expect(tasks.plays[0]?.rows[0]?.results.get("m-02")).toMatchObject({
    status: "changed",
    millis: 900,
  });
  expect(tasks.plays[1]?.rows[0]?.results.has("m-02")).toBe(false);
  expect([...tasks.statuses]).toEqual([
    ["changed", 1],
    ["ok", 1],
    ["failed", 1],
  ]);
  expect(firstFailure(tasks)).toEqual({ task: 1, host: "m-01" });
});

test("a task that runs is the row of those it has ended on, whether its role is named or not", () => {
  const tasks = tasksOf(
    output([
      { step: "Server", text: "Check it", host: "m-02", taskStatus: "ok" },
      { step: "Server", text: "Keep the rules", host: "m-01", taskStatus: "ok" },
    ]),
    "server : Keep the rules",
  );
  const rows = tasks.plays.flatMap((play) => play.rows);
  expect(rows.map(({ name }) => name)).toEqual(["Check it", "Keep the rules"]);
  expect([...(rows[1]?.running.keys() ?? [])]).toEqual(["m-02"]);
});

test("what a host says until a task ends is the task's, and the message right after", () => {
  const state = output([
    line("m-01", "reading"),
    line("m-02", "other"),
    line("m-01", "writing", "stderr"),
    line("", "Central says"),
    { text: "install", host: "m-01", taskStatus: "failed" },
    line("m-01", "No such package", "message"),
    line("m-01", "next task"),
    { text: "install", host: "m-02", taskStatus: "ok" },
    { text: "restart", host: "m-01", taskStatus: "ok" },
  ]);
  const [install, restart] = tasksOf(state).plays[0]?.rows ?? [];
  const said = (lines: readonly number[] | undefined) => lines?.map((at) => state.lines[at]?.text);
  expect(said(install?.results.get("m-01")?.lines)).toEqual([
    "reading",
    "writing",
    "No such package",
  ]);
  expect(said(install?.results.get("m-02")?.lines)).toEqual(["other"]);
  expect(said(restart?.results.get("m-01")?.lines)).toEqual(["next task"]);
  expect(install?.results.get("m-01")?.index).toBe(4);
});

test("the same task on the same host again is another row", () => {
  const tasks = tasksOf(
    output([
      { text: "restart", host: "m-01", taskStatus: "ok" },
      { text: "restart", host: "m-01", taskStatus: "changed" },
    ]),
  );
  expect(tasks.count).toBe(2);
});

test("the task that runs now is marked on the hosts that are still at it", () => {
  const state = output([
    { text: "facts", host: "m-01", taskStatus: "ok" },
    { text: "facts", host: "m-02", taskStatus: "ok" },
    { text: "facts", host: "m-03", taskStatus: "unreachable" },
    { text: "install", host: "m-01", taskStatus: "changed" },
    line("m-02", "unpacking"),
  ]);
  const begun = tasksOf(state, "install").plays[0]?.rows ?? [];
  expect(begun.map(({ name, running }) => [name, running])).toEqual([
    ["facts", new Map()],
    ["install", new Map([["m-02", [4]]])],
  ]);
  const next = tasksOf(state, "restart").plays[0]?.rows ?? [];
  expect(next.at(-1)).toMatchObject({ id: 2, name: "restart" });
  expect([...(next.at(-1)?.running.keys() ?? [])]).toEqual(["m-01", "m-02"]);
});

test("no tasks", () =>
  expect(tasksOf(emptyOutput, "connect")).toEqual({
    hosts: [],
    plays: [],
    count: 0,
    statuses: new Map(),
  }));
