// How the slave of a pair stands to its master, in words and meanings. Pure; `now` is milliseconds since 1970.

import type { PairStatus } from "../gql/schema";
import { formatAgo, formatDuration } from "./time";
import { type Look, pairLooks, type Tone } from "./tones";

/** What Central last read of a pair's replication and mirror. */
export interface Replication {
  at: string;
  ioRunning: boolean;
  sqlRunning: boolean;
  /** Seconds; null while it does not follow. */
  lagSeconds: number | null;
  lastError: string;
  /** When the last complete pass of the mirror began; null before the first. */
  mirroredAt: string | null;
}

/** What these rules need of a pair. */
export interface PairFacts {
  status: PairStatus;
  statusReason: string;
  replication: Replication | null;
}

/** One of the two ways in which a slave follows. */
export interface Link {
  tone: Tone;
  /** Such as `0.4 s behind`. */
  text: string;
  /** Whether anything goes over it, as far as is known. */
  follows: boolean;
  /** More than fits on the line; may be empty. */
  detail: string;
}

/** Beyond the first it is worth a look, beyond the second somebody is needed; in seconds, as alerts are raised. */
const limits = { lag: [60, 600], mirror: [15 * 60, 60 * 60] } as const;
/** What was read longer ago than this says nothing about now, in seconds. */
const silenceLimit = 150;

/** The databases: whether they follow by replication, and how far behind they are. */
export function databasesLink(pair: PairFacts, now: number): Link {
  const unlinked = linkOfStatus(pair.status, "databases");
  if (unlinked) {
    return unlinked;
  }
  const { replication } = pair;
  if (!replication) {
    return { tone: "idle", text: "not looked at yet", follows: false, detail: "" };
  }
  if (isSilent(replication, now)) {
    return {
      tone: "wait",
      text: "not heard from",
      follows: false,
      detail: `Last read ${formatAgo(new Date(replication.at), new Date(now))}.`,
    };
  }
  if (!replication.ioRunning || !replication.sqlRunning) {
    return { tone: "bad", text: "stopped", follows: false, detail: replication.lastError };
  }
  if (replication.lagSeconds === null) {
    return { tone: "wait", text: "lag unknown", follows: true, detail: replication.lastError };
  }
  return {
    tone: toneOf(replication.lagSeconds, limits.lag),
    text: `${formatDuration(replication.lagSeconds)} behind`,
    follows: true,
    detail: replication.lastError,
  };
}

/** Benches and site files: when they were mirrored last. */
export function filesLink(pair: PairFacts, now: number): Link {
  const unlinked = linkOfStatus(pair.status, "files");
  if (unlinked) {
    return unlinked;
  }
  const mirroredAt = pair.replication?.mirroredAt;
  if (!mirroredAt) {
    return { tone: "idle", text: "not mirrored yet", follows: false, detail: "" };
  }
  const age = mirrorAge(mirroredAt, now);
  return {
    tone: toneOf(age, limits.mirror),
    text: `mirrored ${formatDuration(age)} ago`,
    follows: true,
    detail: "",
  };
}

/** Seconds since the last complete pass of the mirror began. */
export function mirrorAge(mirroredAt: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(mirroredAt)) / 1000));
}

/** The state of a pair in a word, of all that is known of it. */
export function pairLook(pair: PairFacts, now: number): Look {
  if (pair.status !== "READY") {
    return pairLooks[pair.status];
  }
  const databases = databasesLink(pair, now);
  const files = filesLink(pair, now);
  if (databases.tone === "bad" || databases.tone === "wait") {
    return { tone: databases.tone, word: wordOf(databases) };
  }
  if (files.tone === "bad" || files.tone === "wait") {
    return { tone: files.tone, word: "Mirror is old" };
  }
  // The slave follows, and something is to be known about it.
  return pair.statusReason ? { tone: "wait", word: "Worth a look" } : pairLooks.READY;
}

/** What would be lost if the master were gone this moment; empty when nobody can say. */
export function windowOfLoss(pair: PairFacts, now: number): string {
  const { replication, status } = pair;
  if (status !== "READY" || !replication || isSilent(replication, now)) {
    return "";
  }
  const { lagSeconds, mirroredAt } = replication;
  if (lagSeconds === null || !mirroredAt || !replication.ioRunning || !replication.sqlRunning) {
    return "";
  }
  const files = formatDuration(mirrorAge(mirroredAt, now));
  return lagSeconds < 1
    ? `no more than a second of data and ${files} of uploaded files`
    : `about ${formatDuration(lagSeconds)} of data and ${files} of uploaded files`;
}

const urgency: Record<Tone, number> = { bad: 0, wait: 1, run: 2, idle: 3, done: 4 };

/** The pairs that need somebody first, then by name. */
export function byUrgency<Pair extends PairFacts & { name: string }>(
  pairs: readonly Pair[],
  now: number,
): Pair[] {
  return [...pairs].sort(
    (a, b) =>
      urgency[pairLook(a, now).tone] - urgency[pairLook(b, now).tone] ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}

function wordOf({ tone, text, follows }: Link): string {
  if (text.endsWith("behind")) {
    return "Behind";
  }
  return tone === "bad" && !follows ? "Replication stopped" : "Unknown";
}

function toneOf(seconds: number, [look, now]: readonly [number, number]): Tone {
  return seconds > now ? "bad" : seconds > look ? "wait" : "done";
}

function isSilent(replication: Replication, now: number): boolean {
  return now - Date.parse(replication.at) > silenceLimit * 1000;
}

/** What stands on a line that does not follow for a reason of the pair's own; null when it should follow. */
function linkOfStatus(status: PairStatus, what: "databases" | "files"): Link | null {
  switch (status) {
    case "NEW":
      return { tone: "idle", text: "not set up yet", follows: false, detail: "" };
    case "SETTING_UP":
      return { tone: "run", text: "being copied", follows: true, detail: "" };
    case "DISSOLVING":
      return { tone: "run", text: "coming to an end", follows: false, detail: "" };
    case "SWITCHING":
      return { tone: "run", text: "changing direction", follows: true, detail: "" };
    case "FAILED_OVER":
      return {
        tone: "wait",
        text: "cut",
        follows: false,
        detail:
          what === "databases" ? "The old master is kept out until the slave is rebuilt." : "",
      };
    default:
      return null;
  }
}
