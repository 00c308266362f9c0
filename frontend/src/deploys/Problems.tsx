import type { SiteStatus } from "./deployState";
import classes from "./Problems.module.css";
import { SiteMark } from "./SiteMark";

const problems: [SiteStatus, string][] = [
  ["BROKEN", "broken"],
  ["ROLLED_BACK", "rolled back"],
  ["NOT_STARTED", "not started"],
  ["CANCELLED", "cancelled"],
];

/** What went wrong, as marks with counts; a bar beside it shows the rest. */
export function Problems({ counts }: { counts: Record<SiteStatus, number> }) {
  return problems.map(([state, word]) =>
    counts[state] > 0 ? (
      <span
        key={state}
        className={classes.problem}
        data-state={state}
        title={`${counts[state]} ${word}`}
      >
        <SiteMark status={state} size={13} />
        {counts[state].toLocaleString("en")}
        <span className={classes.word}>{word}</span>
      </span>
    ) : null,
  );
}
