import { IconCornerDownRight, IconHourglass } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Column, DataTable } from "../ui/DataTable";
import { Elapsed } from "../ui/Duration";
import { ProgressBar, SegmentBar } from "../ui/ProgressBar";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks } from "../ui/tones";
import classes from "./ActionChildren.module.css";
import type { Action } from "./ActionPage";
import { heldBy, listed, type Part, progressOf } from "./tree";

type Child = Action["children"][number];
type Listed = ReturnType<typeof listed<Child>>[number];

/** How many are shown at first, and how many more at a time. */
const some = 50;
/** Of more things that a part waits for, the others are counted. */
const namedNeeds = 2;

const columns: Column<Listed>[] = [
  {
    key: "status",
    header: "State",
    width: "120px",
    cell: ({ part }) => <StatusBadge look={actionLooks[part.status]} quiet />,
  },
  {
    key: "title",
    header: "Part",
    cell: ({ part, level }) => (
      <span className={classes.part} style={{ paddingLeft: level * 18 }}>
        {level > 0 ? <IconCornerDownRight size={14} aria-hidden /> : null}
        <Link
          to="/activity/$actionId"
          params={{ actionId: part.id }}
          search={{}}
          className={classes.title}
        >
          {part.title}
        </Link>
      </span>
    ),
  },
  { key: "doing", header: "What it does", width: "44%", cell: ({ part }) => <Doing part={part} /> },
  {
    key: "took",
    header: "Time",
    align: "right",
    width: "100px",
    cell: ({ part }) => <Elapsed since={part.startedAt ?? null} until={part.finishedAt ?? null} />,
  },
];

function Doing({ part }: { part: Child }) {
  if (part.status === "RUNNING") {
    return (
      <div className={classes.doing}>
        <span className={classes.bar}>
          <ProgressBar percent={part.percent} label={part.title} />
        </span>
        <span className={classes.percent}>{part.percent} %</span>
        <span className={classes.step}>{part.step}</span>
      </div>
    );
  }
  if (heldBy(part).length > 0) {
    return <WaitsFor part={part} />;
  }
  return (
    <span className={classes.error} title={part.errorMessage}>
      {part.errorMessage}
    </span>
  );
}

/** What an action waits for before it starts, or what kept it from starting. */
export function WaitsFor({ part }: { part: Part }) {
  const held = heldBy(part);
  if (held.length === 0) {
    return null;
  }
  return (
    <span className={classes.held}>
      <IconHourglass size={13} aria-hidden />
      {part.status === "QUEUED" ? "waits for " : "not started because of "}
      {held.slice(0, namedNeeds).map(({ id, title }, index) => (
        <span key={id}>
          {index > 0 ? "and " : ""}
          <Link to="/activity/$actionId" params={{ actionId: id }} search={{}}>
            {title}
          </Link>
        </span>
      ))}
      {held.length > namedNeeds ? ` and ${held.length - namedNeeds} more` : ""}
    </span>
  );
}

/** The actions that an action is made of: how far each is, and what waits for what. */
export function ActionChildren({ actions }: { actions: readonly Child[] }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState(some);
  const rows = listed(actions);
  const { segments, ended } = progressOf(actions);
  return (
    <section>
      <h2 className={classes.head}>
        Parts{" "}
        <span>
          {ended.toLocaleString("en")} of {actions.length.toLocaleString("en")} ended
        </span>
      </h2>
      <div className={classes.whole}>
        <SegmentBar
          segments={segments}
          total={actions.length}
          finished={ended}
          label="Parts that have ended"
          height={8}
        />
      </div>
      <DataTable
        label="Parts"
        columns={columns}
        rows={rows.slice(0, shown)}
        rowKey={({ part }) => part.id}
        onRow={({ part }) =>
          void navigate({ to: "/activity/$actionId", params: { actionId: part.id }, search: {} })
        }
        more={
          shown < rows.length
            ? { load: () => setShown(shown + 4 * some), loading: false }
            : undefined
        }
      />
    </section>
  );
}
