import type { Line, OutputState } from "../output/outputState";

/** One Ansible task: what became of it on each host. */
export interface TaskRow {
  /** The step it belongs to, such as `play master`. */
  section: string;
  name: string;
  /** By host. */
  results: ReadonlyMap<string, { status: string; millis: number | null }>;
}

/** All tasks of an action in order, and the hosts they ran on. */
export interface Tasks {
  hosts: readonly string[];
  rows: readonly TaskRow[];
}

/** Gathers the tasks of an output. A task that runs again later is another row. */
export function tasksOf(output: Pick<OutputState, "tasks" | "sections">): Tasks {
  const hosts: string[] = [];
  const rows: {
    section: string;
    name: string;
    results: Map<string, { status: string; millis: number | null }>;
  }[] = [];
  for (const { line, section } of output.tasks) {
    if (!hosts.includes(line.host)) {
      hosts.push(line.host);
    }
    const title = output.sections[section]?.title ?? "";
    const row = openRow(rows, title, line);
    row.results.set(line.host, { status: line.task, millis: line.millis });
  }
  hosts.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return { hosts, rows };
}

/** The newest row of this task that has nothing for this host yet; a new one when there is none. */
function openRow(
  rows: {
    section: string;
    name: string;
    results: Map<string, { status: string; millis: number | null }>;
  }[],
  section: string,
  line: Line,
) {
  for (let index = rows.length - 1; index >= 0 && index >= rows.length - 24; index--) {
    const row = rows[index];
    if (row && row.section === section && row.name === line.text && !row.results.has(line.host)) {
      return row;
    }
  }
  const row = {
    section,
    name: line.text,
    results: new Map<string, { status: string; millis: number | null }>(),
  };
  rows.push(row);
  return row;
}
