import { RelativeTime } from "./RelativeTime";
import { useNowText } from "./time";

/** With a backup older than this, a site is named among those that were missed. */
export const OLD_BACKUP_HOURS = 48;

const colours = { none: "var(--bad-text)", old: "var(--wait-text)", fresh: "var(--text-dim)" };
const hints = {
  none: "There is no complete backup of it",
  old: `Older than ${OLD_BACKUP_HOURS} hours`,
  fresh: undefined,
};

/** How old the newest complete backup of a site is, coloured when it is none or was missed. */
export function BackupAge({ at }: { at: string | null }) {
  const age = useNowText((now) => backupAge(at, now)) as keyof typeof colours;
  return (
    <span data-age={age} style={{ color: colours[age], whiteSpace: "nowrap" }} title={hints[age]}>
      {at ? <RelativeTime at={at} /> : "never"}
    </span>
  );
}

function backupAge(at: string | null, now: number): keyof typeof colours {
  if (!at) {
    return "none";
  }
  return now - Date.parse(at) > OLD_BACKUP_HOURS * 3_600_000 ? "old" : "fresh";
}
