import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { ProgressBar } from "../ui/ProgressBar";
import { RelativeTime } from "../ui/RelativeTime";
import { Diff } from "./Diff";
import { finished, type OutputState } from "./outputState";
import classes from "./PreviewResult.module.css";
import { type TaskRow, taskName, tasksOf } from "./tasks";
import { useActionOutput } from "./useActionOutput";

/**
 * What a preview of a set-up shows: each task that would change something, on which server, with its differences. Use it
 * under a key of the action. `onEnded` is told once it has come to its end.
 */
export function PreviewResult({ actionId, onEnded }: { actionId: string; onEnded: () => void }) {
  const { output } = useActionOutput(actionId);
  const ended = finished(output.status);
  useEffect(() => {
    if (ended) {
      onEnded();
    }
  }, [ended, onEnded]);
  const link = (
    <Link to="/activity/$actionId" params={{ actionId }} search={{}}>
      All of its output
    </Link>
  );
  if (!ended) {
    return (
      <section className={classes.result} aria-label="Preview" aria-busy>
        <p className={classes.head}>
          Previewing: nothing is changed. <span>{taskName(output.doing)}</span>
        </p>
        <ProgressBar percent={output.percent} label="Preview" height={6} />
      </section>
    );
  }
  return (
    <section className={classes.result} aria-label="Preview">
      {output.status === "SUCCEEDED" ? (
        <Changes output={output} />
      ) : (
        <p className={classes.failed} role="alert">
          The preview did not succeed: {output.lines[output.count - 1]?.text}
        </p>
      )}
      <p className={classes.foot}>
        {link}
        <EndedAt output={output} />
      </p>
    </section>
  );
}

function EndedAt({ output }: { output: OutputState }) {
  const last = output.lines[output.count - 1];
  return last ? (
    <span>
      previewed <RelativeTime at={new Date(last.at).toISOString()} />
    </span>
  ) : null;
}

function Changes({ output }: { output: OutputState }) {
  const changes = useMemo(() => changesOf(output), [output]);
  const said = output.lines.slice(0, output.count).filter(({ stream }) => stream === "central");
  return (
    <>
      {said.map(({ text, at }) => (
        <p key={`${at}${text}`} className={classes.head}>
          {text}
        </p>
      ))}
      {changes.length > 0 ? (
        <ol className={classes.changes} aria-label="What would be changed">
          {changes.map(({ row, host, lines }) => (
            <li key={`${row.id}:${host}`}>
              <b>{row.name}</b> <span className={classes.host}>{host}</span>
              {lines.length > 0 ? (
                <Diff lines={lines} />
              ) : (
                <p className={classes.none}>
                  It shows no difference: a command, a unit, or something secret.
                </p>
              )}
            </li>
          ))}
        </ol>
      ) : null}
    </>
  );
}

/** The tasks that would change something, on each server, in order, with the lines of their differences. */
export function changesOf(output: OutputState): { row: TaskRow; host: string; lines: string[] }[] {
  return tasksOf(output).plays.flatMap(({ rows }) =>
    rows.flatMap((row) =>
      [...row.results]
        .filter(([, { status }]) => status === "changed")
        .map(([host, { lines }]) => ({
          row,
          host,
          lines: lines
            .map((at) => output.lines[at])
            .filter((line) => line?.stream === "diff")
            .map((line) => line?.text ?? ""),
        })),
    ),
  );
}
