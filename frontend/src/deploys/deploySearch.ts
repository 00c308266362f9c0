import { readTrail, type Trail } from "../ui/Pager";
import type { SiteRow, SiteStatus } from "./deployState";

/** Groups of states that sites are filtered by. */
export type SiteGroup = "failed" | "running" | "waiting" | "done" | "cancelled";

/** The groups in the order of the filter, with their words and states. */
export const siteGroups: { key: SiteGroup; word: string; states: SiteStatus[] }[] = [
  { key: "failed", word: "Failed", states: ["BROKEN", "ROLLED_BACK", "NOT_STARTED"] },
  { key: "running", word: "Running", states: ["RUNNING"] },
  { key: "waiting", word: "Waiting", states: ["WAITING"] },
  { key: "done", word: "Done", states: ["DONE"] },
  { key: "cancelled", word: "Cancelled", states: ["CANCELLED"] },
];

/** What the address of a deploy says; what is left out is the default. */
export interface DeploySearch {
  view?: "tiles" | "table";
  state?: SiteGroup;
  server?: string;
  /** Part of a host name. */
  q?: string;
  /** The site whose steps and output are open. */
  site?: string;
  /** The build, by its action, whose output is open. */
  build?: string;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readDeploySearch(search: Record<string, unknown>): DeploySearch {
  const read: DeploySearch = {};
  if (search.view === "tiles" || search.view === "table") {
    read.view = search.view;
  }
  const group = siteGroups.find(({ key }) => key === search.state);
  if (group) {
    read.state = group.key;
  }
  for (const key of ["server", "q", "site", "build"] as const) {
    const text = readText(search[key]);
    if (text !== "") {
      read[key] = text;
    }
  }
  return read;
}

/** What the address of the list of deploys says. */
export interface DeploysSearch {
  trail?: Trail;
}

/** Reads the address of the list of deploys. */
export function readDeploysSearch(search: Record<string, unknown>): DeploysSearch {
  const trail = readTrail(search.trail);
  return trail.length > 0 ? { trail } : {};
}

const urgency: Record<SiteStatus, number> = {
  BROKEN: 0,
  ROLLED_BACK: 1,
  NOT_STARTED: 2,
  RUNNING: 3,
  WAITING: 4,
  DONE: 5,
  CANCELLED: 6,
};

/** The sites that an address asks for: what failed first, then what runs, waits, is done. */
export function sitesShown(sites: readonly SiteRow[], search: DeploySearch): SiteRow[] {
  const states = siteGroups.find(({ key }) => key === search.state)?.states;
  const part = search.q?.toLowerCase();
  const buckets: SiteRow[][] = [[], [], [], [], [], [], []];
  for (const site of sites) {
    if (states && !states.includes(site.status)) {
      continue;
    }
    if (search.server && site.serverId !== search.server) {
      continue;
    }
    if (part && !site.siteName.includes(part)) {
      continue;
    }
    buckets[urgency[site.status]]?.push(site);
  }
  return buckets.flat();
}

function readText(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? `${value}`.trim() : "";
}
