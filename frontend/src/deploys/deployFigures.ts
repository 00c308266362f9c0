// Figures that the deploy page draws from its state.

import type { DeployState, DeployStatus, Progress, SiteRow, SiteStatus } from "./deployState";

/** Whether a deploy in this state has come to its end. */
export function deployEnded(status: DeployStatus): boolean {
  return status === "SUCCEEDED" || status === "FAILED" || status === "CANCELLED";
}

/** Whether a site in this state has come to its end. */
export function siteEnded(status: SiteStatus): boolean {
  return status !== "WAITING" && status !== "RUNNING";
}

/** The step that is being taken back, when a site's step says so; null otherwise. */
export function undoneStep(step: string): string | null {
  return step.startsWith("undo: ") ? step.slice("undo: ".length) : null;
}

/** Counts of sites by state, in the order in which the bar shows them. */
export function countsOf(progress: Progress): Record<SiteStatus, number> {
  const ended =
    progress.done +
    progress.rolledBack +
    progress.broken +
    progress.cancelled +
    progress.notStarted;
  const running = Math.min(progress.running, Math.max(0, progress.total - ended));
  return {
    DONE: progress.done,
    ROLLED_BACK: progress.rolledBack,
    BROKEN: progress.broken,
    NOT_STARTED: progress.notStarted,
    CANCELLED: progress.cancelled,
    RUNNING: running,
    WAITING: Math.max(0, progress.total - ended - running),
  };
}

/** Whether a retry is for this site: not on the new code, and not in need of a person first. */
export function isRetried(status: SiteStatus): boolean {
  return status === "ROLLED_BACK" || status === "NOT_STARTED" || status === "CANCELLED";
}

/** How many sites a retry would be for. */
export function retryCount(progress: Progress): number {
  return progress.rolledBack + progress.notStarted + progress.cancelled;
}

/** What one server has of a deploy. */
export interface ServerFigures {
  serverId: string;
  total: number;
  counts: Record<SiteStatus, number>;
  /** 0 to 100, running sites by how far they are. */
  percent: number;
}

const none: Record<SiteStatus, number> = {
  DONE: 0,
  ROLLED_BACK: 0,
  BROKEN: 0,
  NOT_STARTED: 0,
  CANCELLED: 0,
  RUNNING: 0,
  WAITING: 0,
};

/** Sums sites up by server, in order of appearance. */
export function serverFigures(sites: readonly SiteRow[]): ServerFigures[] {
  const byServer = new Map<string, ServerFigures>();
  for (const site of sites) {
    let server = byServer.get(site.serverId);
    if (!server) {
      server = { serverId: site.serverId, total: 0, counts: { ...none }, percent: 0 };
      byServer.set(site.serverId, server);
    }
    server.total++;
    server.counts[site.status]++;
    server.percent += siteEnded(site.status) ? 100 : site.percent;
  }
  for (const server of byServer.values()) {
    server.percent /= server.total;
  }
  return [...byServer.values()];
}

/** How far the whole is, 0 to 100, running sites by how far they are. */
export function percentOf(state: Pick<DeployState, "sites" | "progress">): number {
  const { progress, sites } = state;
  if (progress.total === 0) {
    return 0;
  }
  const counts = countsOf(progress);
  const ended = progress.total - counts.RUNNING - counts.WAITING;
  let running = 0;
  for (const site of sites) {
    if (site.status === "RUNNING") {
      running += site.percent / 100;
    }
  }
  return Math.min(100, (100 * (ended + Math.min(running, counts.RUNNING))) / progress.total);
}

/** Seconds in maintenance of the sites that had a window: null when none had. */
export interface MaintenanceFigures {
  sites: number;
  median: number;
  worst: number;
  worstSite: string;
}

/** Median and worst of the finished maintenance windows. */
export function maintenanceFigures(sites: readonly SiteRow[]): MaintenanceFigures | null {
  const windows = sites
    .filter((site) => site.maintenanceSeconds != null)
    .sort((a, b) => (a.maintenanceSeconds as number) - (b.maintenanceSeconds as number));
  const worst = windows.at(-1);
  if (!worst) {
    return null;
  }
  const upper = windows[windows.length >> 1]?.maintenanceSeconds as number;
  const lower = windows[(windows.length - 1) >> 1]?.maintenanceSeconds as number;
  return {
    sites: windows.length,
    median: (lower + upper) / 2,
    worst: worst.maintenanceSeconds as number,
    worstSite: worst.siteName,
  };
}

/** Sites that failed for the same reason. */
export interface FailureGroup {
  status: SiteStatus;
  code: string;
  message: string;
  sites: SiteRow[];
}

/** Groups what did not get to the new code by state and reason, the most frequent first. */
export function failureGroups(sites: readonly SiteRow[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const site of sites) {
    if (
      site.status !== "ROLLED_BACK" &&
      site.status !== "BROKEN" &&
      site.status !== "NOT_STARTED"
    ) {
      continue;
    }
    const message = reason(site);
    const key = `${site.status} ${site.errorCode} ${message}`;
    const group = groups.get(key) ?? {
      status: site.status,
      code: site.errorCode,
      message,
      sites: [],
    };
    group.sites.push(site);
    groups.set(key, group);
  }
  const weight: Partial<Record<SiteStatus, number>> = { BROKEN: 0, ROLLED_BACK: 1, NOT_STARTED: 2 };
  return [...groups.values()].sort(
    (a, b) => (weight[a.status] ?? 3) - (weight[b.status] ?? 3) || b.sites.length - a.sites.length,
  );
}

/** Why a site failed, without its own name, so that equal reasons are equal. */
function reason(site: SiteRow): string {
  const words = site.errorMessage.replaceAll(site.siteName, "the site").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
