import { RelativeTime } from "./RelativeTime";
import { useNowText } from "./time";

/** With a backup older than this, a site is named among those that were missed. */
export const OLD_BACKUP_HOURS = 48;

const colours = {
  new: "var(--text-dim)",
  none: "var(--bad-text)",
  old: "var(--wait-text)",
  fresh: "var(--text-dim)",
};
const hints = {
  new: "The schedule takes its first one within a day or so",
  none: "There is no complete backup of it",
  old: `Older than ${OLD_BACKUP_HOURS} hours`,
  fresh: undefined,
};

/**
 * How old the newest complete backup of a site is, coloured when it is none or was missed. Of a site that is new there may be
 * none yet: `created` says since when it is there.
 */
export function BackupAge({ at, created }: { at: string | null; created?: string }) {
  const age = useNowText((now) => backupAge(at, created, now)) as keyof typeof colours;
  return (
    <span data-age={age} style={{ color: colours[age], whiteSpace: "nowrap" }} title={hints[age]}>
      {at ? <RelativeTime at={at} /> : age === "new" ? "not yet" : "never"}
    </span>
  );
}

function backupAge(
  at: string | null,
  created: string | undefined,
  now: number,
): keyof typeof colours {
  const isOld = (time: string) => now - Date.parse(time) > OLD_BACKUP_HOURS * 3_600_000;
  if (!at) {
    return created === undefined || isOld(created) ? "none" : "new";
  }
  return isOld(at) ? "old" : "fresh";
}
