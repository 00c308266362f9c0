// What Ansible did, gathered from an action's output: plays, their tasks, and what became of each on every host.

import type { OutputState, Task } from "./outputState";

/** How a task ended on one host. */
export interface TaskResult {
  /** ok, changed, failed, ignored, unreachable or skipped. */
  status: string;
  millis: number | null;
  /** Index of the line that says so. */
  index: number;
  /** Indexes of the lines that it said. */
  lines: readonly number[];
}

/** One task: what became of it on each host. */
export interface TaskRow {
  /** Its place among all tasks of the action, from 0; tasks are only ever added at the end. */
  id: number;
  name: string;
  /** By host. */
  results: ReadonlyMap<string, TaskResult>;
  /** The hosts on which it runs now, with the indexes of the lines that it has said there so far. */
  running: ReadonlyMap<string, readonly number[]>;
}

/** The tasks of one play, or of one step of the action. */
export interface Play {
  title: string;
  rows: readonly TaskRow[];
}

/** All tasks of an action in order, and the hosts they ran on. */
export interface Tasks {
  hosts: readonly string[];
  plays: readonly Play[];
  /** How many tasks there are. */
  count: number;
  /** How many results of each status. */
  statuses: ReadonlyMap<string, number>;
}

interface OpenResult extends TaskResult {
  lines: number[];
}

interface OpenRow extends TaskRow {
  results: Map<string, OpenResult>;
  running: Map<string, readonly number[]>;
}

interface OpenPlay extends Play {
  key: string;
  rows: OpenRow[];
}

/** A task without the role that Ansible names before it: of `server : Keep the rules`, what comes after the colon. */
export function taskName(text: string): string {
  return text.replace(/^[\w.-]+ : /, "");
}

/** A task of several hosts is found among so many of the newest rows. */
const nearby = 24;

/**
 * Gathers the tasks of an output. A task that runs again later is another row. While the action runs, `running` is
 * the name of the task that is being done, or empty.
 */
export function tasksOf(
  output: Pick<OutputState, "tasks" | "sections" | "lines" | "count">,
  running = "",
): Tasks {
  const hosts: string[] = [];
  const plays: OpenPlay[] = [];
  const statuses = new Map<string, number>();
  const { said, saying } = linesOfTasks(output);
  let count = 0;
  for (const task of output.tasks) {
    const { line } = task;
    if (!hosts.includes(line.host)) {
      hosts.push(line.host);
    }
    statuses.set(line.task, (statuses.get(line.task) ?? 0) + 1);
    const play = playOf(plays, output.sections, task);
    const name = taskName(line.text);
    let row = openRow(play.rows, name, line.host);
    if (!row) {
      row = { id: count++, name, results: new Map(), running: new Map() };
      play.rows.push(row);
    }
    row.results.set(line.host, {
      status: line.task,
      millis: line.millis,
      index: task.index,
      lines: said.get(task.index) ?? [],
    });
  }
  const play = plays.at(-1);
  if (play && running !== "") {
    markRunning(play, taskName(running), count, hostsAlive(plays), saying);
  }
  hosts.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return { hosts, plays, count, statuses };
}

/** The result that should be read first: the first that failed; null when none did. */
export function firstFailure(tasks: Tasks): { task: number; host: string } | null {
  for (const { rows } of tasks.plays) {
    for (const { id, results } of rows) {
      for (const [host, { status }] of results) {
        if (isBad(status)) {
          return { task: id, host };
        }
      }
    }
  }
  return null;
}

/** Whether a task that ended so stops its host. */
export function isBad(status: string): boolean {
  return status === "failed" || status === "unreachable";
}

/**
 * `said`: the lines that each task said, by the index of the line with its outcome. `saying`: those of tasks that have
 * not ended yet, by host. What a host says until a task ends on it is said by that task; Ansible's own message follows
 * the outcome at once.
 */
function linesOfTasks(output: Pick<OutputState, "lines" | "count">) {
  const said = new Map<number, number[]>();
  const saying = new Map<string, number[]>();
  let ended: { host: string; lines: number[] } | null = null;
  for (let index = 0; index < output.count; index++) {
    const line = output.lines[index];
    if (!line) {
      break;
    }
    if (line.task !== "") {
      const lines = saying.get(line.host) ?? [];
      saying.delete(line.host);
      said.set(index, lines);
      ended = { host: line.host, lines };
    } else if (ended && line.stream === "message" && line.host === ended.host) {
      ended.lines.push(index);
    } else {
      ended = null;
      const lines = saying.get(line.host);
      if (lines) {
        lines.push(index);
      } else if (line.host !== "") {
        saying.set(line.host, [index]);
      }
    }
  }
  return { said, saying };
}

/** The play that a task belongs to: the newest one, or a new one at the end. */
function playOf(plays: OpenPlay[], sections: OutputState["sections"], task: Task): OpenPlay {
  const step = sections[task.section]?.title ?? "";
  const key = `${step === "" ? "" : task.section}:${task.play}`;
  const last = plays.at(-1);
  if (last?.key === key) {
    return last;
  }
  const title = [step, task.play].filter(Boolean).join(" · ");
  const play = { key, title, rows: [] };
  plays.push(play);
  return play;
}

/** The newest row of this task that has nothing for this host yet. */
function openRow(rows: OpenRow[], name: string, host: string): OpenRow | undefined {
  for (let index = rows.length - 1; index >= 0 && index >= rows.length - nearby; index--) {
    const row = rows[index];
    if (row && row.name === name && !row.results.has(host)) {
      return row;
    }
  }
  return undefined;
}

/** Marks the task that is being done: where it has not ended yet, or as a new row. */
function markRunning(
  play: OpenPlay,
  name: string,
  count: number,
  hosts: readonly string[],
  saying: ReadonlyMap<string, readonly number[]>,
) {
  let row = play.rows.at(-1);
  if (row?.name !== name) {
    row = { id: count, name, results: new Map(), running: new Map() };
    play.rows.push(row);
  }
  for (const host of hosts) {
    if (!row.results.has(host)) {
      row.running.set(host, saying.get(host) ?? []);
    }
  }
}

/** The hosts that nothing has stopped yet. */
function hostsAlive(plays: readonly OpenPlay[]): string[] {
  const alive = new Map<string, boolean>();
  for (const { rows } of plays) {
    for (const { results } of rows) {
      for (const [host, { status }] of results) {
        alive.set(host, !isBad(status));
      }
    }
  }
  return [...alive].filter(([, well]) => well).map(([host]) => host);
}
