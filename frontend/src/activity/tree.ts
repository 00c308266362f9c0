// The parts of an action, and what each of them waits for.

import type { ActionStatus } from "../gql/schema";
import type { Segment } from "../ui/ProgressBar";

/** What these rules need of a part. */
export interface Part {
  id: string;
  status: ActionStatus;
  waitsFor: readonly { id: string; title: string; status: ActionStatus }[];
}

/** Up to so many parts are shown in the order in which they happen; of more, what needs a look comes first. */
const orderedUpTo = 24;

const urgency: Record<ActionStatus, number> = {
  FAILED: 0,
  RUNNING: 1,
  QUEUED: 2,
  SKIPPED: 3,
  CANCELLED: 4,
  SUCCEEDED: 5,
};

/** The parts as they are listed, each with how many others come before it one after the other. */
export function listed<One extends Part>(parts: readonly One[]): { part: One; level: number }[] {
  if (parts.length > orderedUpTo) {
    return [...parts]
      .sort((a, b) => urgency[a.status] - urgency[b.status])
      .map((part) => ({ part, level: 0 }));
  }
  const levels = new Map<string, number>();
  const byId = new Map(parts.map((part) => [part.id, part]));
  const levelOf = (part: One): number => {
    const known = levels.get(part.id);
    if (known !== undefined) {
      return known;
    }
    levels.set(part.id, 0); // a circle cannot be queued; if one came, it would end here
    const before = part.waitsFor.flatMap(({ id }) => byId.get(id) ?? []);
    const level = before.length === 0 ? 0 : 1 + Math.max(...before.map(levelOf));
    levels.set(part.id, level);
    return level;
  };
  return parts
    .map((part) => ({ part, level: levelOf(part) }))
    .sort((a, b) => a.level - b.level || Number(a.part.id) - Number(b.part.id));
}

/** What a part still waits for, or what kept it from starting. */
export function heldBy<One extends Part>(part: One): One["waitsFor"][number][] {
  if (part.status === "QUEUED") {
    return part.waitsFor.filter(({ status }) => status !== "SUCCEEDED");
  }
  if (part.status === "SKIPPED") {
    return part.waitsFor.filter(
      ({ status }) => status === "FAILED" || status === "CANCELLED" || status === "SKIPPED",
    );
  }
  return [];
}

/** The parts as one bar, and how many have ended. */
export function progressOf(parts: readonly Part[]): { segments: Segment[]; ended: number } {
  const many = (...statuses: ActionStatus[]) =>
    parts.filter(({ status }) => statuses.includes(status)).length;
  return {
    segments: [
      { key: "done", tone: "done", count: many("SUCCEEDED") },
      { key: "bad", tone: "bad", count: many("FAILED") },
      { key: "left", tone: "wait", count: many("CANCELLED", "SKIPPED") },
      { key: "run", tone: "run", count: many("RUNNING") },
    ],
    ended: parts.length - many("QUEUED", "RUNNING"),
  };
}
