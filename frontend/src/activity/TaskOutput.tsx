import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Ansi } from "../output/Ansi";
import type { OutputState } from "../output/outputState";
import type { TaskRow } from "../output/tasks";
import { formatDuration } from "../ui/time";
import classes from "./TaskOutput.module.css";
import { taskLooks } from "./taskLooks";

/** Of longer outputs the last lines are shown; all of them are in the whole output. */
const longest = 200;

/** What one task said on one host. */
export function TaskOutput({
  row,
  host,
  output,
  onLine,
  onClose,
}: {
  row: TaskRow;
  host: string;
  output: Pick<OutputState, "lines">;
  onLine: (index: number) => void;
  onClose: () => void;
}) {
  const result = row.results.get(host);
  const lines = result?.lines ?? row.running.get(host) ?? [];
  const status = result?.status ?? "running";
  const millis = result?.millis ?? null;
  const first = lines[0] ?? result?.index;
  const shown = lines.slice(-longest);
  return (
    <section className={classes.output} aria-label={`Output of ${row.name} on ${host}`}>
      <header className={classes.head}>
        <b>{host || "Central"}</b>
        <span data-status={status}>{taskLooks[status]?.word ?? status}</span>
        {millis === null ? null : <span>{formatDuration(millis / 1000)}</span>}
        {first === undefined ? null : (
          <Button size="compact-xs" variant="subtle" onClick={() => onLine(first)}>
            Show in the whole output
          </Button>
        )}
        <ActionIcon size="sm" aria-label="Close this output" onClick={onClose}>
          <IconX size={14} />
        </ActionIcon>
      </header>
      {lines.length === 0 ? (
        <p className={classes.none}>{result ? "It said nothing." : "It has said nothing yet."}</p>
      ) : (
        <pre className={classes.lines}>
          {shown.length < lines.length ? (
            <div className={classes.none}>
              {(lines.length - shown.length).toLocaleString("en")} lines before these
            </div>
          ) : null}
          {shown.map((at) => (
            <div key={at} data-stream={output.lines[at]?.stream}>
              <Ansi text={output.lines[at]?.text ?? ""} />
            </div>
          ))}
        </pre>
      )}
    </section>
  );
}
