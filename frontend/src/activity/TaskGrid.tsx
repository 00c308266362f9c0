import { Button } from "@mantine/core";
import { IconArrowDown, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Fragment, memo, useEffect, useMemo, useRef, useState } from "react";
import type { OutputState } from "../output/outputState";
import { firstFailure, isBad, type Play, type TaskRow, type Tasks } from "../output/tasks";
import { formatDuration } from "../ui/time";
import classes from "./TaskGrid.module.css";
import { TaskOutput } from "./TaskOutput";
import { taskLooks, taskStatuses } from "./taskLooks";
import { useFollow } from "./useFollow";

/** One task on one host, whose output is open. */
export interface OpenTask {
  task: number;
  host: string;
}

/**
 * Ansible's view: plays, their tasks as rows, hosts as columns, with outcome and time; a click shows what a task said
 * on a host. While it runs the newest task stays in sight, until somebody scrolls up.
 */
export function TaskGrid({
  tasks,
  output,
  live,
  only,
  open,
  onOnly,
  onOpen,
  onLine,
}: {
  tasks: Tasks;
  output: OutputState;
  live: boolean;
  /** Only tasks that ended so somewhere; all when empty. */
  only: readonly string[];
  /** The open output; null when it was closed, undefined when nobody has chosen yet. */
  open: OpenTask | null | undefined;
  onOnly: (only: string[]) => void;
  onOpen: (open: OpenTask | null) => void;
  /** Shows a line, counted from 0, in the whole output. */
  onLine: (index: number) => void;
}) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const shown = useMemo(() => (open === undefined ? firstFailure(tasks) : open), [open, tasks]);
  const { frame, following, follow, onScroll } = useFollow(live, tasks);
  // What is open already when the page comes is what somebody wants to see: the failure, or what an address names.
  const opened = useRef<HTMLTableRowElement>(null);
  useEffect(() => opened.current?.scrollIntoView({ block: "nearest" }), []);
  const flip = (status: string) =>
    onOnly(only.includes(status) ? only.filter((one) => one !== status) : [...only, status]);
  const fold = (play: number) => {
    const next = new Set(folded);
    if (!next.delete(play)) {
      next.add(play);
    }
    setFolded(next);
  };
  return (
    <div className={classes.view}>
      <div className={classes.bar}>
        <div className={classes.legend} role="group" aria-label="Show only">
          {taskStatuses.map((status) => {
            const number = tasks.statuses.get(status);
            return number === undefined ? null : (
              <button
                key={status}
                type="button"
                data-status={status}
                aria-pressed={only.includes(status)}
                onClick={() => flip(status)}
              >
                <Outcome status={status} /> {number.toLocaleString("en")}{" "}
                {taskLooks[status]?.word ?? status}
              </button>
            );
          })}
        </div>
        {live && !following ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconArrowDown size={13} />}
            onClick={follow}
          >
            Follow
          </Button>
        ) : null}
      </div>
      <div className={classes.stage}>
        <section
          ref={frame}
          className={classes.frame}
          aria-label="Tasks"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={onScroll}
        >
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col" className={classes.corner}>
                  Task
                </th>
                {tasks.hosts.map((host) => (
                  <th key={host} scope="col" className={classes.host}>
                    {host || "Central"}
                  </th>
                ))}
                <th aria-hidden className={classes.rest} />
              </tr>
            </thead>
            <tbody>
              {tasks.plays.map((play, index) => {
                const rows = play.rows.filter((row) => matches(row, only));
                if (rows.length === 0) {
                  return null;
                }
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: plays are only ever added at the end
                  <Fragment key={index}>
                    <PlayHeading
                      play={play}
                      columns={tasks.hosts.length + 2}
                      folded={folded.has(index)}
                      onFold={() => fold(index)}
                    />
                    {folded.has(index)
                      ? null
                      : rows.map((row) => (
                          <Fragment key={row.id}>
                            <TaskCells
                              row={row}
                              size={sizeOf(row)}
                              hosts={tasks.hosts}
                              open={shown?.task === row.id ? shown.host : null}
                              onOpen={onOpen}
                            />
                            {shown?.task === row.id &&
                            (row.results.has(shown.host) || row.running.has(shown.host)) ? (
                              <tr className={classes.output} ref={opened}>
                                <td colSpan={tasks.hosts.length + 2}>
                                  <TaskOutput
                                    row={row}
                                    host={shown.host}
                                    output={output}
                                    onLine={onLine}
                                    onClose={() => onOpen(null)}
                                  />
                                </td>
                              </tr>
                            ) : null}
                          </Fragment>
                        ))}
                  </Fragment>
                );
              })}
            </tbody>
          </table>
        </section>
      </div>
    </div>
  );
}

function PlayHeading({
  play,
  columns,
  folded,
  onFold,
}: {
  play: Play;
  columns: number;
  folded: boolean;
  onFold: () => void;
}) {
  const Icon = folded ? IconChevronRight : IconChevronDown;
  const results = play.rows.flatMap((row) => [...row.results.values()]);
  const failed = results.filter(({ status }) => isBad(status)).length;
  const changed = results.filter(({ status }) => status === "changed").length;
  return (
    <tr className={classes.play}>
      <th colSpan={columns} scope="colgroup">
        <button type="button" aria-expanded={!folded} onClick={onFold}>
          <Icon size={14} aria-hidden />
          {play.title || "Tasks"}
          <span>
            {play.rows.length} {play.rows.length === 1 ? "task" : "tasks"}
            {changed > 0 ? ` · ${changed} changed` : ""}
          </span>
          {failed > 0 ? <span data-status="failed">{failed} failed</span> : null}
        </button>
      </th>
    </tr>
  );
}

/** One task. Rows are made anew with every event; one is drawn again only when something of it has changed. */
const TaskCells = memo(
  function TaskCells({
    row,
    hosts,
    open,
    onOpen,
  }: {
    row: TaskRow;
    /** Changes whenever the row does. */
    size: number;
    hosts: readonly string[];
    /** The host whose output is open. */
    open: string | null;
    onOpen: (open: OpenTask | null) => void;
  }) {
    return (
      <tr data-running={row.running.size > 0 || undefined}>
        <th scope="row" className={classes.name}>
          {row.name}
        </th>
        {hosts.map((host) => {
          const result = row.results.get(host);
          const saying = row.running.get(host);
          if (!result && !saying) {
            return (
              <td key={host} className={classes.cell}>
                <span className={classes.none}>·</span>
              </td>
            );
          }
          const status = result?.status ?? "running";
          const millis = result?.millis ?? null;
          const lines = result?.lines ?? saying ?? [];
          const isOpen = open === host;
          return (
            <td key={host} className={classes.cell} data-status={status}>
              <button
                type="button"
                className={classes.result}
                aria-expanded={isOpen}
                aria-label={`${row.name} on ${host}: ${taskLooks[status]?.word ?? status}`}
                onClick={() => onOpen(isOpen ? null : { task: row.id, host })}
              >
                <Outcome status={status} />
                {isBad(status) ? status : ""}
                <span className={classes.time}>
                  {millis === null ? "" : formatDuration(millis / 1000)}
                </span>
                {lines.length > 0 ? (
                  <span className={classes.lines} title={`${lines.length} lines of output`}>
                    {lines.length}
                  </span>
                ) : null}
              </button>
            </td>
          );
        })}
        <td className={classes.rest} />
      </tr>
    );
  },
  (before, after) =>
    before.row.id === after.row.id &&
    before.row.name === after.row.name &&
    before.size === after.size &&
    before.open === after.open &&
    before.onOpen === after.onOpen &&
    before.hosts.join() === after.hosts.join(),
);

/** Grows with everything that can change about a row. */
function sizeOf({ results, running }: TaskRow): number {
  let size = running.size;
  for (const lines of running.values()) {
    size += lines.length;
  }
  for (const { lines } of results.values()) {
    size += 1_000_000 + lines.length;
  }
  return size;
}

function matches(row: TaskRow, only: readonly string[]): boolean {
  return (
    only.length === 0 ||
    row.running.size > 0 ||
    [...row.results.values()].some(({ status }) => only.includes(status))
  );
}

function Outcome({ status }: { status: string }) {
  const look = taskLooks[status] ?? { icon: IconChevronRight, word: status };
  return <look.icon size={14} aria-label={look.word} role="img" />;
}
