import type {
  ActionStatus,
  DeploySiteStatus,
  DeployStatus,
  HealthState,
  PairStatus,
  RevisionStatus,
  ServerStatus,
  SiteStatus,
  StepStatus,
} from "../gql/schema";

/**
 * The meanings that a colour can have: done or healthy, running, waiting for a person or degraded,
 * failed or down, not started or archived.
 */
export type Tone = "done" | "run" | "wait" | "bad" | "idle";

/** A state in a word and a meaning. */
export interface Look {
  tone: Tone;
  word: string;
}

export const siteLooks: Record<SiteStatus, Look> = {
  CREATING: { tone: "run", word: "Creating" },
  ACTIVE: { tone: "done", word: "Active" },
  FAILED: { tone: "bad", word: "Not created" },
  BROKEN: { tone: "bad", word: "Broken" },
  ARCHIVED: { tone: "idle", word: "Archived" },
};

export const actionLooks: Record<ActionStatus, Look> = {
  QUEUED: { tone: "idle", word: "Queued" },
  RUNNING: { tone: "run", word: "Running" },
  SUCCEEDED: { tone: "done", word: "Succeeded" },
  FAILED: { tone: "bad", word: "Failed" },
  CANCELLED: { tone: "idle", word: "Cancelled" },
  SKIPPED: { tone: "idle", word: "Skipped" },
};

export const deployLooks: Record<DeployStatus, Look> = {
  QUEUED: { tone: "idle", word: "Queued" },
  RUNNING: { tone: "run", word: "Running" },
  CANCELLING: { tone: "wait", word: "Cancelling" },
  SUCCEEDED: { tone: "done", word: "Succeeded" },
  FAILED: { tone: "bad", word: "Failed" },
  CANCELLED: { tone: "idle", word: "Cancelled" },
};

export const deploySiteLooks: Record<DeploySiteStatus, Look> = {
  WAITING: { tone: "idle", word: "Waiting" },
  RUNNING: { tone: "run", word: "Running" },
  DONE: { tone: "done", word: "Done" },
  ROLLED_BACK: { tone: "wait", word: "Rolled back" },
  BROKEN: { tone: "bad", word: "Broken" },
  CANCELLED: { tone: "idle", word: "Cancelled" },
  NOT_STARTED: { tone: "idle", word: "Not started" },
};

export const serverLooks: Record<ServerStatus, Look> = {
  NEW: { tone: "idle", word: "New" },
  SETTING_UP: { tone: "run", word: "Setting up" },
  READY: { tone: "done", word: "Ready" },
  FAILED: { tone: "bad", word: "Failed" },
  HOST_KEY_CHANGED: { tone: "bad", word: "Host key changed" },
  RETIRED: { tone: "idle", word: "Retired" },
};

export const healthLooks: Record<HealthState, Look> = {
  UNKNOWN: { tone: "idle", word: "Not seen lately" },
  OK: { tone: "done", word: "Well" },
  DEGRADED: { tone: "wait", word: "Needs a look" },
  UP: { tone: "done", word: "Answers" },
  MAINTENANCE: { tone: "wait", word: "Maintenance" },
  DOWN: { tone: "bad", word: "Down" },
};

export const pairLooks: Record<PairStatus, Look> = {
  NEW: { tone: "idle", word: "New" },
  SETTING_UP: { tone: "run", word: "Setting up" },
  READY: { tone: "done", word: "Ready" },
  SWITCHING: { tone: "run", word: "Switching" },
  DISSOLVING: { tone: "run", word: "Taken apart" },
  FAILED_OVER: { tone: "wait", word: "Without a slave" },
  FAILED: { tone: "bad", word: "Failed" },
};

export const revisionLooks: Record<RevisionStatus, Look> = {
  BUILDING: { tone: "run", word: "Building" },
  READY: { tone: "done", word: "Ready" },
  FAILED: { tone: "bad", word: "Failed" },
  REMOVED: { tone: "idle", word: "Removed" },
};

export const stepLooks: Record<StepStatus, Look> = {
  RUNNING: { tone: "run", word: "Running" },
  DONE: { tone: "done", word: "Done" },
  FAILED: { tone: "bad", word: "Failed" },
  UNDONE: { tone: "wait", word: "Undone" },
};
