import {
  IconCircleCheck,
  IconCircleMinus,
  IconCircleXFilled,
  IconPencil,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { Fragment } from "react";
import { formatDuration } from "../ui/time";
import classes from "./TaskGrid.module.css";
import type { Tasks } from "./tasks";

const icons: Record<string, typeof IconPencil> = {
  ok: IconCircleCheck,
  changed: IconPencil,
  failed: IconCircleXFilled,
  unreachable: IconPlugConnectedX,
  skipped: IconCircleMinus,
};

/** Ansible's view: a row per task, a column per host, with the outcome and how long it took. */
export function TaskGrid({ tasks }: { tasks: Tasks }) {
  const counts = new Map<string, number>();
  for (const row of tasks.rows) {
    for (const { status } of row.results.values()) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  }
  return (
    <div>
      <ul className={classes.legend}>
        {["ok", "changed", "skipped", "failed", "unreachable"].map((status) =>
          counts.has(status) ? (
            <li key={status} data-status={status}>
              <Outcome status={status} /> {counts.get(status)} {status}
            </li>
          ) : null,
        )}
      </ul>
      <section className={classes.frame} aria-label="Tasks">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Task</th>
              {tasks.hosts.map((host) => (
                <th key={host} scope="col" className={classes.host}>
                  {host || "Central"}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: tasks are only ever added at the end
              <Fragment key={index}>
                {row.section !== "" && row.section !== tasks.rows[index - 1]?.section ? (
                  <tr className={classes.section}>
                    <th colSpan={tasks.hosts.length + 1} scope="colgroup">
                      {row.section}
                    </th>
                  </tr>
                ) : null}
                <tr>
                  <th scope="row" className={classes.name}>
                    {row.name}
                  </th>
                  {tasks.hosts.map((host) => {
                    const result = row.results.get(host);
                    return (
                      <td key={host} className={classes.cell} data-status={result?.status}>
                        {result ? (
                          <span className={classes.result} title={result.status}>
                            <Outcome status={result.status} />
                            {result.status === "failed" || result.status === "unreachable"
                              ? result.status
                              : ""}
                            <span className={classes.time}>
                              {result.millis === null ? "" : formatDuration(result.millis / 1000)}
                            </span>
                          </span>
                        ) : (
                          "·"
                        )}
                      </td>
                    );
                  })}
                </tr>
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Outcome({ status }: { status: string }) {
  const Icon = icons[status] ?? IconCircleMinus;
  return <Icon size={14} aria-label={status} role="img" />;
}
