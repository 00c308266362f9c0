import type { ActionKind, ActionStatus } from "../gql/schema";
import { readTrail, type Trail } from "../ui/Pager";

/** What the address of the queue and history says; what is left out is the default. */
export interface ActivitySearch {
  status?: ActionStatus[];
  kind?: ActionKind[];
  /** Parts of other actions too, such as each site of a deploy. */
  parts?: boolean;
  server?: string;
  site?: string;
  trail?: Trail;
}

export const statuses: ActionStatus[] = [
  "QUEUED",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "SKIPPED",
];

/** What kinds of action are called. */
export const kindWords: Record<ActionKind, string> = {
  SET_UP_SERVER: "Set up a server",
  ROUTE_PROXY: "Route a proxy",
  FETCH_RELEASES: "Fetch releases",
  BUILD_REVISION: "Build a revision",
  REMOVE_REVISION: "Remove a revision",
  CONFIGURE_BENCH: "Configure a bench",
  CREATE_SITE: "Create a site",
  DEPLOY: "Deploy",
  MOVE_SITE: "Move a site",
  RENAME_SITE: "Rename a site",
  RELOCATE_SITE: "Move a site to another bench",
  CHANGE_DOMAINS: "Change domains",
  CONFIGURE_SITE: "Configure a site",
  INSTALL_APP: "Install an app",
  REMOVE_APP: "Remove an app",
  SERVE_SITE: "Serve a site otherwise",
  BULK_CHANGE: "Change many sites",
  HAND_OUT_SITE: "Hand out a site",
  DROP_STANDBY: "Drop a site that stood ready",
  SET_UP_PAIR: "Set up a pair",
  PREVIEW_PAIR: "Preview a pair’s set-up",
  DISSOLVE_PAIR: "Take a pair apart",
  REBUILD_SLAVE: "Rebuild a slave",
  REHEARSE_SWITCH: "Rehearse a switch",
  SWITCH_OVER: "Switch over",
  FAIL_OVER: "Fail over",
  CHECK_SERVER: "Check a server",
  PREVIEW_SERVER: "Preview a set-up",
  UPDATE_SERVER: "Update a server",
  RESTART_SERVICE: "Restart a service",
  REBOOT_SERVER: "Reboot a server",
  ROTATE_CREDENTIALS: "Rotate credentials",
  RETIRE_SERVER: "Retire a server",
  UPDATE_FIREWALL: "Update a firewall",
  SCAN_SERVER: "Look for benches",
  ADOPT_BENCHES: "Adopt benches",
  ISSUE_CERTIFICATE: "Issue a certificate",
  INSTALL_CERTIFICATES: "Install certificates",
  BACK_UP_SITE: "Back up a site",
  RESTORE_SITE: "Restore a site",
  ARCHIVE_SITE: "Archive a site",
  REMOVE_BACKUPS: "Remove backups",
  TEST_RESTORE: "Test a restore",
};

const kinds = Object.keys(kindWords) as ActionKind[];

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readActivitySearch(search: Record<string, unknown>): ActivitySearch {
  const read: ActivitySearch = {};
  const status = statuses.filter((one) => listOf(search.status).includes(one));
  if (status.length > 0) {
    read.status = status;
  }
  const kind = kinds.filter((one) => listOf(search.kind).includes(one));
  if (kind.length > 0) {
    read.kind = kind;
  }
  if (search.parts === true) {
    read.parts = true;
  }
  for (const key of ["server", "site"] as const) {
    const value = search[key];
    if (typeof value === "string" || typeof value === "number") {
      read[key] = `${value}`;
    }
  }
  const trail = readTrail(search.trail);
  if (trail.length > 0) {
    read.trail = trail;
  }
  return read;
}

/** What the address of one action says. */
export interface ActionSearch {
  /** What is shown; by default what its kind is best followed by. */
  view?: "tasks" | "output";
  /** Of the tasks only those that ended so. */
  only?: string[];
  /** The task whose output is open, by its number and host: `12:m-01`; `none` when it was closed. */
  task?: string;
}

/** Actions that are plays more than anything else: they are best followed task by task. */
export const playKinds: readonly ActionKind[] = [
  "SET_UP_SERVER",
  "SET_UP_PAIR",
  "REBUILD_SLAVE",
  "PREVIEW_SERVER",
  "PREVIEW_PAIR",
  "DISSOLVE_PAIR",
  "UPDATE_SERVER",
  "UPDATE_FIREWALL",
  "ROUTE_PROXY",
  "ROTATE_CREDENTIALS",
  "INSTALL_CERTIFICATES",
];

const taskPlace = /^(none|\d{1,6}:[a-z0-9.-]{0,63})$/;

/** Reads the address of one action. */
export function readActionSearch(search: Record<string, unknown>): ActionSearch {
  const read: ActionSearch = {};
  if (search.view === "tasks" || search.view === "output") {
    read.view = search.view;
  }
  const only = listOf(search.only).filter((one) => typeof one === "string");
  if (only.length > 0) {
    read.only = only;
  }
  if (typeof search.task === "string" && taskPlace.test(search.task)) {
    read.task = search.task;
  }
  return read;
}

/** The open task that an address names: null when it was closed, undefined when it names none. */
export function openTaskOf(
  search: ActionSearch,
): { task: number; host: string } | null | undefined {
  if (search.task === undefined) {
    return undefined;
  }
  if (search.task === "none") {
    return null;
  }
  const [task = "", host = ""] = search.task.split(":");
  return { task: Number(task), host };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
