import { expect, test } from "vitest";
import { emptyOutput, type OutputEvent, reduceOutput } from "../output/outputState";
import { tasksOf } from "./tasks";

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

test("tasks are rows, hosts are columns", () => {
  const tasks = tasksOf(
    output([
      { kind: "STEP", step: "play server", stepStatus: "RUNNING" },
      { text: "install", host: "m-02", taskStatus: "changed", millis: 900 },
      { kind: "LINE", text: "noise", host: "m-01" },
      { text: "install", host: "m-01", taskStatus: "ok", millis: 100 },
      { text: "firewall", host: "m-01", taskStatus: "failed", millis: 5 },
    ]),
  );
  expect(tasks.hosts).toEqual(["m-01", "m-02"]);
  expect(tasks.rows.map(({ section, name }) => [section, name])).toEqual([
    ["play server", "install"],
    ["play server", "firewall"],
  ]);
  expect(tasks.rows[0]?.results.get("m-02")).toEqual({ status: "changed", millis: 900 });
  expect(tasks.rows[1]?.results.has("m-02")).toBe(false);
});

test("the same task on the same host again is another row", () => {
  const tasks = tasksOf(
    output([
      { text: "restart", host: "m-01", taskStatus: "ok" },
      { text: "restart", host: "m-01", taskStatus: "changed" },
    ]),
  );
  expect(tasks.rows).toHaveLength(2);
});

test("no tasks", () => expect(tasksOf(emptyOutput)).toEqual({ hosts: [], rows: [] }));
