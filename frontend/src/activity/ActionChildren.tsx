import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ActionStatus } from "../gql/schema";
import { type Column, DataTable } from "../ui/DataTable";
import { Elapsed } from "../ui/Duration";
import { ProgressBar } from "../ui/ProgressBar";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import classes from "./ActionChildren.module.css";
import type { Action } from "./ActionPage";

type Child = Action["children"][number];

/** How many are shown at first, and how many more at a time. */
const some = 50;

const urgency: Record<ActionStatus, number> = {
  FAILED: 0,
  RUNNING: 1,
  QUEUED: 2,
  SKIPPED: 3,
  CANCELLED: 4,
  SUCCEEDED: 5,
};

const columns: Column<Child>[] = [
  {
    key: "status",
    header: "State",
    width: "120px",
    cell: ({ status }) => <StatusBadge look={actionLooks[status]} quiet />,
  },
  {
    key: "title",
    header: "Part",
    cell: (child) => (
      <Link to="/activity/$actionId" params={{ actionId: child.id }} className={classes.title}>
        {child.title}
      </Link>
    ),
  },
  {
    key: "doing",
    header: "What it does",
    width: "40%",
    cell: (child) =>
      child.status === "RUNNING" ? (
        <div className={classes.doing}>
          <span className={classes.bar}>
            <ProgressBar percent={child.percent} label={child.title} />
          </span>
          {child.step}
        </div>
      ) : (
        <span className={classes.error} title={child.errorMessage}>
          {child.errorMessage}
        </span>
      ),
  },
  {
    key: "took",
    header: "Time",
    align: "right",
    width: "100px",
    cell: ({ startedAt, finishedAt }) => (
      <Elapsed since={startedAt ?? null} until={finishedAt ?? null} />
    ),
  },
];

/** The actions that an action is made of: what failed first, then what runs. */
export function ActionChildren({ actions }: { actions: readonly Child[] }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState(some);
  const sorted = [...actions].sort((a, b) => urgency[a.status] - urgency[b.status]);
  const ended = actions.filter(({ status }) => status !== "QUEUED" && status !== "RUNNING").length;
  return (
    <section>
      <h2 className={classes.head}>
        Parts{" "}
        <span>
          {ended.toLocaleString("en")} of {actions.length.toLocaleString("en")} ended
        </span>
      </h2>
      <DataTable
        label="Parts"
        columns={columns}
        rows={sorted.slice(0, shown)}
        rowKey={({ id }) => id}
        onRow={({ id }) =>
          void navigate({ to: "/activity/$actionId", params: { actionId: id }, search: {} })
        }
        more={
          shown < sorted.length
            ? { load: () => setShown(shown + 4 * some), loading: false }
            : undefined
        }
      />
    </section>
  );
}
