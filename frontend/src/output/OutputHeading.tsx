import {
  IconArrowBackUp,
  IconChevronRight,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconLoader2,
  IconPlayerStopFilled,
} from "@tabler/icons-react";
import { Duration, Elapsed } from "../ui/Duration";
import classes from "./OutputHeading.module.css";
import type { Section, SectionStatus } from "./outputState";

/** The states of a step as an icon, a word and a meaning. */
export const sectionLooks: Record<
  SectionStatus,
  { icon: typeof IconLoader2; word: string; tone: string }
> = {
  RUNNING: { icon: IconLoader2, word: "running", tone: "run" },
  DONE: { icon: IconCircleCheckFilled, word: "done", tone: "done" },
  FAILED: { icon: IconCircleXFilled, word: "failed", tone: "bad" },
  UNDONE: { icon: IconArrowBackUp, word: "taken back", tone: "wait" },
  STOPPED: { icon: IconPlayerStopFilled, word: "stopped", tone: "idle" },
};

/** The heading of a step: folds its lines, says how it went and how long it took. */
export function OutputHeading({
  section,
  lines,
  folded,
  onToggle,
}: {
  section: Section;
  lines: number;
  folded: boolean;
  onToggle: () => void;
}) {
  const { icon: Icon, word, tone } = sectionLooks[section.status];
  return (
    <button
      type="button"
      className={classes.heading}
      aria-expanded={!folded}
      onClick={onToggle}
      data-tone={tone}
    >
      <IconChevronRight size={14} className={classes.chevron} aria-hidden />
      <Icon size={14} className={classes.icon} aria-hidden />
      <span className={classes.title}>{section.title}</span>
      {section.status === "DONE" || section.status === "RUNNING" ? (
        <span className={classes.hidden}>{word}</span>
      ) : (
        <span className={classes.word}>
          {section.status === "FAILED" && section.undone ? "failed, taken back" : word}
        </span>
      )}
      {folded && lines > 0 ? (
        <span className={classes.lines}>
          {lines.toLocaleString("en")} {lines === 1 ? "line" : "lines"}
        </span>
      ) : null}
      <span className={classes.time}>
        {section.status === "RUNNING" ? (
          <Elapsed since={new Date(section.startedAt).toISOString()} />
        ) : section.millis === null ? null : (
          <Duration seconds={section.millis / 1000} />
        )}
      </span>
    </button>
  );
}
