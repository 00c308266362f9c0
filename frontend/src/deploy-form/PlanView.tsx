import { Button } from "@mantine/core";
import { IconAlertTriangle, IconBan, IconCircleCheck } from "@tabler/icons-react";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { formatDuration } from "../ui/time";
import classes from "./DeployPanel.module.css";
import { PlanGroupView } from "./PlanGroupView";

const PlanFragment = graphql(/* GraphQL */ `
  fragment PlanView_plan on DeployPlan {
    siteCount
    alreadyThere
    patches
    expectedMinutes
    notes {
      severity
      code
      message
      siteId
    }
    groups {
      benchId
      serverId
      sites {
        siteId
        expectedSeconds
      }
      ...PlanGroupView_group
    }
  }
`);

/** With more notes of one kind than this, the rest is counted. */
const NOTES = 5;

/** A plan in words and figures: the whole first, then what stands in the way, then bench by bench. */
export function PlanView({
  plan,
  onLeaveOut,
  leaveOutCount,
}: {
  plan: FragmentType<typeof PlanFragment>;
  /** Takes the sites that stand in the way out of the choice; undefined when that does not help. */
  onLeaveOut: (() => void) | undefined;
  leaveOutCount: number;
}) {
  const { groups, notes, ...whole } = getFragmentData(PlanFragment, plan);
  const seconds = groups.flatMap(({ sites }) => sites.map((site) => site.expectedSeconds));
  const servers = new Set(groups.map(({ serverId }) => serverId)).size;
  const blocking = notes.filter(({ severity }) => severity === "BLOCKING");
  const warnings = notes.filter(({ severity }) => severity === "WARNING");

  return (
    <>
      <dl className={classes.figures}>
        <Figure name="Sites" value={whole.siteCount.toLocaleString("en")} />
        <Figure name="Servers" value={String(servers)} />
        <Figure name="Patches" value={whole.patches.toLocaleString("en")} />
        <Figure name="Takes about" value={formatMinutes(whole.expectedMinutes)} />
        <Figure
          name="Down per site"
          value={seconds.length > 0 ? `≈ ${formatDuration(Math.round(median(seconds)))}` : "–"}
        />
      </dl>
      {notes.length > 0 || whole.alreadyThere.length > 0 ? (
        <div className={classes.notes}>
          <Notes notes={blocking} />
          {blocking.length > 0 && onLeaveOut ? (
            <Button
              variant="default"
              size="xs"
              style={{ alignSelf: "flex-start" }}
              onClick={onLeaveOut}
            >
              Leave out {leaveOutCount === 1 ? "this site" : `these ${leaveOutCount} sites`}
            </Button>
          ) : null}
          <Notes notes={warnings} />
          {whole.alreadyThere.length > 0 ? (
            <div className={classes.lead}>
              <IconCircleCheck size={15} style={{ verticalAlign: -3 }} aria-hidden />{" "}
              {whole.alreadyThere.length === 1
                ? "1 site is there already and is left alone."
                : `${whole.alreadyThere.length} sites are there already and are left alone.`}
            </div>
          ) : null}
        </div>
      ) : null}
      {groups.map((group) => (
        <PlanGroupView key={`${group.benchId} ${group.sites[0]?.siteId}`} group={group} />
      ))}
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface Note {
  severity: "BLOCKING" | "WARNING";
  code: string;
  message: string;
  siteId: string | null;
}

function Notes({ notes }: { notes: Note[] }) {
  return (
    <>
      {notes.slice(0, NOTES).map((note) => {
        const Icon = note.severity === "BLOCKING" ? IconBan : IconAlertTriangle;
        return (
          <div
            key={`${note.code}${note.siteId}${note.message}`}
            className={classes.note}
            data-severity={note.severity}
          >
            <Icon
              size={16}
              aria-label={note.severity === "BLOCKING" ? "Stands in the way" : "Worth knowing"}
            />
            <span className={classes.noteText}>{note.message}</span>
          </div>
        );
      })}
      {notes.length > NOTES ? (
        <div className={classes.lead}>and {notes.length - NOTES} more of the same kind</div>
      ) : null}
    </>
  );
}

/** Half of the values are at most this. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  const lower = sorted[Math.ceil(middle) - 1] ?? upper;
  return (upper + lower) / 2;
}

function formatMinutes(minutes: number): string {
  return formatDuration(minutes < 2 ? Math.round(minutes * 60) : Math.ceil(minutes) * 60).replace(
    " 00 s",
    "",
  );
}
