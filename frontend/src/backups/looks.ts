import type { BackupKind, BackupState } from "../gql/schema";
import type { Look } from "../ui/tones";

/** What the states of a backup are called. */
export const backupLooks: Record<BackupState, Look> = {
  TAKING: { tone: "run", word: "Being taken" },
  COMPLETE: { tone: "done", word: "Complete" },
  FAILED: { tone: "bad", word: "Failed" },
  REMOVING: { tone: "idle", word: "Being removed" },
  REMOVED: { tone: "idle", word: "Removed" },
};

/** Why it was taken, in a few words. */
export const kindWords: Record<BackupKind, string> = {
  MANUAL: "By hand",
  SCHEDULED: "Scheduled",
  FINAL: "Before archiving",
  BEFORE_RESTORE: "Before a restore",
};

/** Where a backup lies, in a few words. */
export function placeWords(backup: {
  server: { name: string } | null;
  storage: { bucket: string } | null;
}): string {
  const places = [backup.server?.name, backup.storage ? `S3 ${backup.storage.bucket}` : undefined];
  return places.filter(Boolean).join(", ") || "–";
}
