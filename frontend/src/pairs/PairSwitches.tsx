import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import type { PairSwitches_SwitchFragment as Switch } from "../gql/graphql";
import type { SwitchKind } from "../gql/schema";
import { type Column, DataTable } from "../ui/DataTable";
import { Duration } from "../ui/Duration";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { actionLooks, type Look } from "../ui/tones";
import classes from "./PairSwitches.module.css";
import { switchWords } from "./switchWords";

const PairSwitch = graphql(/* GraphQL */ `
  fragment PairSwitches_switch on PairSwitch {
    id
    kind
    actorName
    reason
    startedAt
    finishedAt
    switched
    downtimeSeconds
    loss
    from {
      id
      name
    }
    to {
      id
      name
    }
    action {
      id
      status
    }
  }
`);

/** What a switch that has come about is called. */
const happened: Record<SwitchKind, string> = {
  SWITCH_OVER: "Switched over",
  FAIL_OVER: "Failed over",
};

const columns: Column<Switch>[] = [
  {
    key: "what",
    header: "Switch",
    wrap: true,
    cell: (one) => (
      <>
        <Link
          to="/activity/$actionId"
          params={{ actionId: one.action.id }}
          search={{}}
          className={classes.what}
        >
          {one.switched ? happened[one.kind] : switchWords[one.kind].title}
        </Link>{" "}
        <span className={classes.way}>
          {one.from.name} → {one.to.name}
        </span>
        <div className={classes.reason}>
          {one.reason ? `${one.reason} · ` : ""}
          {one.actorName} <RelativeTime at={one.startedAt} />
        </div>
      </>
    ),
  },
  {
    key: "state",
    header: "State",
    width: "120px",
    cell: (one) => <StatusBadge look={lookOf(one)} quiet />,
  },
  {
    key: "downtime",
    header: "No answer for",
    align: "right",
    width: "110px",
    cell: ({ downtimeSeconds }) => <Duration seconds={downtimeSeconds} />,
  },
  {
    key: "loss",
    header: "Lost",
    wrap: true,
    width: "30%",
    cell: ({ loss, switched, finishedAt }) => loss || (switched && finishedAt ? "nothing" : "–"),
  },
];

/** Whether the slave took over, which it may have although something after it failed. */
function lookOf({ switched, action: { status } }: Switch): Look {
  if (!switched || status === "RUNNING") {
    return actionLooks[status];
  }
  return status === "SUCCEEDED"
    ? { tone: "done", word: "Took over" }
    : { tone: "wait", word: "Took over" };
}

/** When the pair switched, how long its sites did not answer, and what was lost. */
export function PairSwitches({
  switches,
}: {
  switches: readonly FragmentType<typeof PairSwitch>[];
}) {
  return (
    <section aria-label="Switches" className={classes.panel}>
      <DataTable
        label="Switches"
        columns={columns}
        rows={getFragmentData(PairSwitch, switches)}
        rowKey={({ id }) => id}
        empty={
          <p className={classes.none}>
            It has never switched. A rehearsal makes every check of a switch and changes nothing.
          </p>
        }
      />
    </section>
  );
}
