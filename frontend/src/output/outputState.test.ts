import { describe, expect, test } from "vitest";
import { emptyOutput, type OutputEvent, reduceOutput } from "./outputState";

const blank = {
  step: "",
  stepStatus: null,
  text: "",
  stream: "",
  host: "",
  taskStatus: "",
  percent: null,
  millis: null,
  status: null,
};

/** Numbers events from `first` and dates each a second after the one before. */
function events(list: Partial<OutputEvent>[], first = 1): OutputEvent[] {
  return list.map((event, index) => ({
    ...blank,
    kind: "LINE",
    seq: first + index,
    at: new Date(Date.UTC(2030, 0, 1, 12, 0, index)).toISOString(),
    ...event,
  })) as OutputEvent[];
}

const migrate = events([
  { kind: "STEP", step: "backup", stepStatus: "RUNNING" },
  { text: "dumping" },
  { kind: "STEP", step: "backup", stepStatus: "DONE", millis: 1500 },
  { kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
  { text: "Executing p1", host: "m-01" },
  { kind: "PROGRESS", percent: 60, text: "p1" },
  { text: "KeyError", stream: "stderr", host: "m-01" },
]);

describe("reduceOutput", () => {
  test("lines belong to the step they came in", () => {
    const state = reduceOutput(emptyOutput, migrate);
    expect(state.lines.map((line) => line.text)).toEqual(["dumping", "Executing p1", "KeyError"]);
    expect(state.sections).toMatchObject([
      { title: "backup", status: "DONE", from: 0, millis: 1500 },
      { title: "migrate", status: "RUNNING", from: 1, millis: null },
    ]);
    expect(state).toMatchObject({
      count: 3,
      lastSeq: 7,
      percent: 60,
      doing: "p1",
      hosts: ["m-01"],
    });
  });

  test("events seen before change nothing", () => {
    const state = reduceOutput(emptyOutput, migrate);
    expect(reduceOutput(state, migrate)).toBe(state);
    expect(reduceOutput(state, migrate.slice(3))).toBe(state);
  });

  test("a replay that overlaps adds only what is new", () => {
    const whole = reduceOutput(emptyOutput, migrate);
    let state = reduceOutput(emptyOutput, migrate.slice(0, 4));
    state = reduceOutput(state, migrate.slice(1));
    expect(state).toEqual(whole);
  });

  test("an event twice in one batch counts once", () => {
    const twice = migrate.flatMap((event) => [event, event]);
    expect(reduceOutput(emptyOutput, twice).count).toBe(3);
  });

  test("two states may grow from the same one", () => {
    const start = reduceOutput(emptyOutput, events([{ text: "a" }]));
    const one = reduceOutput(start, events([{ text: "b" }], 2));
    const other = reduceOutput(start, events([{ text: "c" }], 2));
    expect(one.lines.slice(0, one.count).map((line) => line.text)).toEqual(["a", "b"]);
    expect(other.lines.slice(0, other.count).map((line) => line.text)).toEqual(["a", "c"]);
    expect(emptyOutput.lines).toEqual([]);
  });

  test("the percentage never falls", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        { kind: "PROGRESS", percent: 80 },
        { kind: "PROGRESS", percent: 20 },
      ]),
    );
    expect(state.percent).toBe(80);
  });

  test("what is said after a step has ended has a section of its own", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        { kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
        { kind: "STEP", step: "migrate", stepStatus: "FAILED", millis: 10 },
        { text: "taking it back", stream: "central" },
      ]),
    );
    expect(state.sections.map((section) => section.title)).toEqual(["migrate", ""]);
    expect(state.lines[0]?.stream).toBe("central");
  });

  test("a step taken back keeps its place", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        { kind: "STEP", step: "move", stepStatus: "RUNNING" },
        { kind: "STEP", step: "move", stepStatus: "DONE", millis: 10 },
        { kind: "STEP", step: "move", stepStatus: "UNDONE", millis: 20 },
      ]),
    );
    expect(state.sections).toMatchObject([
      { title: "move", status: "UNDONE", undone: true, millis: 10 },
    ]);
  });

  test("a step that failed and was taken back is still the one that failed", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        { kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
        { kind: "STEP", step: "migrate", stepStatus: "FAILED", millis: 10 },
        { kind: "STEP", step: "migrate", stepStatus: "UNDONE", millis: 20 },
      ]),
    );
    expect(state.sections).toMatchObject([
      { title: "migrate", status: "FAILED", undone: true, millis: 10 },
    ]);
  });

  test("a step that was so already is a heading without lines", () => {
    const state = reduceOutput(
      emptyOutput,
      events([{ kind: "STEP", step: "move", stepStatus: "DONE", millis: 3 }]),
    );
    expect(state.sections).toMatchObject([{ title: "move", status: "DONE", millis: 3 }]);
  });

  test("when the action ends, a step that was running has stopped", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        { kind: "STEP", step: "drain", stepStatus: "RUNNING" },
        { kind: "STATUS", status: "CANCELLED", text: "cancelled by ada" },
      ]),
    );
    expect(state.sections[0]?.status).toBe("STOPPED");
    expect(state.status).toBe("CANCELLED");
    expect(state.lines[0]).toMatchObject({ stream: "central", text: "cancelled by ada" });
  });

  test("tasks are lines with an outcome and a duration", () => {
    const state = reduceOutput(
      emptyOutput,
      events([
        {
          kind: "TASK",
          text: "install packages",
          host: "m-02",
          taskStatus: "changed",
          millis: 900,
        },
      ]),
    );
    expect(state.lines[0]).toMatchObject({ task: "changed", millis: 900, host: "m-02" });
  });

  test("a state that grows does not copy the lines that are there", () => {
    const start = reduceOutput(emptyOutput, events([{ text: "a" }]));
    const next = reduceOutput(start, events([{ text: "b" }], 2));
    expect(next.lines).toBe(start.lines);
    expect([start.count, next.count]).toEqual([1, 2]);
  });
});
