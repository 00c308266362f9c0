// The output of one action, folded from its events. Pure: the same events give the same state, an event that was
// seen before changes nothing. Lines are appended to an array that successive states share, each state knowing how
// many of them are its own, so that a million lines cost no copies.

/** What happened, as `actionOutput` sends it. */
export interface OutputEvent {
  seq: number;
  at: string;
  kind: "STEP" | "LINE" | "PROGRESS" | "TASK" | "STATUS" | "DEPLOY";
  step: string;
  stepStatus?: "RUNNING" | "DONE" | "FAILED" | "UNDONE" | null;
  text: string;
  stream: string;
  host: string;
  taskStatus: string;
  percent?: number | null;
  millis?: number | null;
  status?: ActionState | null;
}

/** The states of an action. */
export type ActionState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "SKIPPED";

/** Where lines come from; a message is what an Ansible task had to say, a diff what it changes or would change. */
const streams = ["stdout", "stderr", "central", "message", "diff"] as const;

/** One line of output, or one Ansible task on one host. */
export interface Line {
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  stream: (typeof streams)[number];
  host: string;
  /** ok, changed, failed, unreachable or skipped; empty for a line of output. */
  task: string;
  /** How long the task took. */
  millis: number | null;
}

/** One Ansible task on one host: its line, where that is among all lines, and what it belongs to. */
export interface Task {
  line: Line;
  index: number;
  section: number;
  /** Name of the play; empty when it is not known. */
  play: string;
}

/** `STOPPED`: the action ended and the step had not. */
export type SectionStatus = "RUNNING" | "DONE" | "FAILED" | "UNDONE" | "STOPPED";

/** The lines of one step; lines outside of any step have a section without a title. */
export interface Section {
  title: string;
  status: SectionStatus;
  /** It was taken back, whether it had failed or not. */
  undone: boolean;
  /** Index of its first line; it ends where the next section begins. */
  from: number;
  startedAt: number;
  millis: number | null;
}

/** The output so far. */
export interface OutputState {
  lastSeq: number;
  /** May hold more than `count` lines; those are not this state's. */
  lines: readonly Line[];
  count: number;
  sections: readonly Section[];
  /** The lines that are tasks. */
  tasks: readonly Task[];
  /** Hosts that lines came from, in order of appearance. */
  hosts: readonly string[];
  percent: number;
  /** What is being done now, such as the patch being run. */
  doing: string;
  status: ActionState | null;
}

export const emptyOutput: OutputState = {
  lastSeq: 0,
  lines: [],
  count: 0,
  sections: [],
  tasks: [],
  hosts: [],
  percent: 0,
  doing: "",
  status: null,
};

/** Folds events, in order of `seq`, into the state. */
export function reduceOutput(before: OutputState, events: readonly OutputEvent[]): OutputState {
  const fresh = events.filter((event) => event.seq > before.lastSeq);
  if (fresh.length === 0) {
    return before;
  }
  // Another state has grown from the same array: leave its lines alone.
  const lines = (
    before.lines.length === before.count && before.count > 0
      ? before.lines
      : before.lines.slice(0, before.count)
  ) as Line[];
  const state = { ...before, lines };
  for (const event of fresh) {
    if (event.seq <= state.lastSeq) {
      continue;
    }
    state.lastSeq = event.seq;
    apply(state, event);
  }
  return state;
}

type Draft = { -readonly [K in keyof OutputState]: OutputState[K] };

function apply(state: Draft, event: OutputEvent) {
  const at = Date.parse(event.at);
  switch (event.kind) {
    case "STEP":
      applyStep(state, event, at);
      break;
    case "LINE":
    case "TASK": {
      const line: Line = {
        text: event.text,
        at,
        stream: streams.find((stream) => stream === event.stream) ?? "stdout",
        host: event.host,
        task: event.kind === "TASK" ? event.taskStatus : "",
        millis: event.millis ?? null,
      };
      append(state, line);
      if (line.task !== "") {
        const section = state.sections.length - 1;
        const task = { line, index: state.count - 1, section, play: event.step };
        state.tasks = [...state.tasks, task];
      }
      break;
    }
    case "PROGRESS":
      state.percent = Math.max(state.percent, event.percent ?? 0);
      if (event.text !== "") {
        state.doing = event.text;
      }
      break;
    case "STATUS":
      state.status = event.status ?? state.status;
      if (event.text !== "") {
        append(state, {
          text: event.text,
          at,
          stream: "central",
          host: "",
          task: "",
          millis: null,
        });
      }
      if (finished(state.status)) {
        state.sections = state.sections.map((s) =>
          s.status === "RUNNING" && s.title !== "" ? { ...s, status: "STOPPED" } : s,
        );
      }
      if (state.status === "SUCCEEDED") {
        state.percent = 100;
      }
      break;
  }
}

function applyStep(state: Draft, event: OutputEvent, at: number) {
  const status = event.stepStatus ?? "RUNNING";
  const millis = event.millis ?? null;
  const begin = (section: Partial<Section>) => {
    state.sections = [
      ...state.sections,
      {
        title: event.step,
        status,
        undone: false,
        from: state.count,
        startedAt: at,
        millis,
        ...section,
      },
    ];
  };
  if (status === "RUNNING") {
    state.doing = event.step;
    begin({});
    return;
  }
  const undone = status === "UNDONE";
  const known = state.sections.findLastIndex(
    (section) => section.title === event.step && (undone || section.status === "RUNNING"),
  );
  const section = state.sections[known];
  if (!section) {
    begin({ undone });
  } else if (undone) {
    // What failed is still where it failed, and how long a step took is not how long its undoing took.
    state.sections = state.sections.with(known, {
      ...section,
      status: section.status === "FAILED" ? "FAILED" : "UNDONE",
      undone,
      millis: section.millis ?? millis,
    });
  } else {
    state.sections = state.sections.with(known, {
      ...section,
      status,
      millis: millis ?? section.millis,
    });
  }
}

function append(state: Draft, line: Line) {
  const last = state.sections.at(-1);
  // What is said after a step has ended belongs to no step.
  if (!last || (last.title !== "" && last.status !== "RUNNING")) {
    state.sections = [
      ...state.sections,
      {
        title: "",
        status: "DONE",
        undone: false,
        from: state.count,
        startedAt: line.at,
        millis: null,
      },
    ];
  }
  (state.lines as Line[]).push(line);
  state.count++;
  if (line.host !== "" && !state.hosts.includes(line.host)) {
    state.hosts = [...state.hosts, line.host];
  }
}

/** Whether an action in this state has come to its end. */
export function finished(status: ActionState | null): boolean {
  return status !== null && status !== "QUEUED" && status !== "RUNNING";
}
