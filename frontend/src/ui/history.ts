import type { ActionStatus, HealthState } from "../gql/schema";

/** One line of a thing's history: an action on it, or a change of its health. */
export type HistoryEntry =
  | { kind: "action"; key: string; at: string; action: HistoryAction }
  | { kind: "change"; key: string; at: string; change: HistoryChange };

export interface HistoryAction {
  id: string;
  title: string;
  status: ActionStatus;
  actorName: string;
  createdAt: string;
}

export interface HistoryChange {
  id: string;
  fromState: HealthState;
  toState: HealthState;
  at: string;
  why: string;
}

/**
 * Actions and changes of health in one stream, newest first. Both lists may have been cut: what is older than the
 * end of a cut one is left out, so that the stream has no holes.
 */
export function historyOf(
  actions: readonly HistoryAction[],
  changes: readonly HistoryChange[],
  most: number,
): HistoryEntry[] {
  const entries: HistoryEntry[] = [
    ...actions.map((action) => ({
      kind: "action" as const,
      key: `action-${action.id}`,
      at: action.createdAt,
      action,
    })),
    ...changes.map((change) => ({
      kind: "change" as const,
      key: `change-${change.id}`,
      at: change.at,
      change,
    })),
  ];
  const ends = [
    actions.length >= most ? actions.at(-1)?.createdAt : undefined,
    changes.length >= most ? changes.at(-1)?.at : undefined,
  ].filter((end) => end !== undefined);
  const since = Math.max(0, ...ends.map((end) => Date.parse(end)));
  return entries
    .filter(({ at }) => Date.parse(at) >= since)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
