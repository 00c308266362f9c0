// A deploy as the page shows it: a snapshot, then events folded onto it. Pure: events that were seen before change
// nothing, and no bar ever moves backwards.

/** The states of a deploy. */
export type DeployStatus =
  | "QUEUED"
  | "RUNNING"
  | "CANCELLING"
  | "SUCCEEDED"
  | "FAILED"
  | "CANCELLED";

/** The states of one site in a deploy. */
export type SiteStatus =
  | "WAITING"
  | "RUNNING"
  | "DONE"
  | "ROLLED_BACK"
  | "BROKEN"
  | "CANCELLED"
  | "NOT_STARTED";

/** One site of a deploy. */
export interface SiteRow {
  siteId: string;
  siteName: string;
  serverId: string;
  actionId: string;
  fromRevisionId: string;
  toRevisionId: string;
  status: SiteStatus;
  step: string;
  detail: string;
  percent: number;
  maintenanceSince?: string | null;
  maintenanceSeconds?: number | null;
  skippedPatches: readonly string[];
  errorCode: string;
  errorMessage: string;
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** The building of one revision. */
export interface BuildRow {
  actionId: string;
  revisionId: string;
  serverId: string;
  status: "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "SKIPPED";
  percent: number;
  task: string;
}

/** The whole of a deploy in figures. */
export interface Progress {
  status: DeployStatus;
  total: number;
  running: number;
  done: number;
  rolledBack: number;
  broken: number;
  cancelled: number;
  notStarted: number;
  secondsLeft?: number | null;
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** What `deploy(id)` answers, as far as it changes. */
export interface Snapshot {
  lastSeq: number;
  progress: Progress;
  sites: readonly SiteRow[];
  builds: readonly BuildRow[];
}

/** What `deployProgress` sends. */
export interface DeployEvent {
  seq: number;
  at: string;
  progress: Progress;
  site?: SiteRow | null;
  build?: BuildRow | null;
}

/** A deploy at one moment. */
export interface DeployState extends Snapshot {
  /** Place of each site in `sites`, by its id. */
  places: ReadonlyMap<string, number>;
}

/** Begins with a snapshot. Sites keep its order for good. */
export function deployState(snapshot: Snapshot): DeployState {
  return {
    lastSeq: snapshot.lastSeq,
    progress: snapshot.progress,
    sites: snapshot.sites,
    builds: snapshot.builds,
    places: new Map(snapshot.sites.map((site, place) => [site.siteId, place])),
  };
}

/** Takes over a later snapshot, such as the one asked for after a lost connection; an older one changes nothing. */
export function adoptSnapshot(before: DeployState, snapshot: Snapshot): DeployState {
  if (snapshot.lastSeq <= before.lastSeq) {
    return before;
  }
  const next = deployState(snapshot);
  return {
    ...next,
    progress: forward(before.progress, snapshot.progress),
    sites: snapshot.sites.map((site) => forwardSite(siteOf(before, site.siteId), site)),
    builds: snapshot.builds.map((build) => forwardBuild(before.builds, build)),
  };
}

/** Folds events, in order of `seq`, into the state. */
export function reduceDeploy(before: DeployState, events: readonly DeployEvent[]): DeployState {
  let { lastSeq, progress } = before;
  let sites: SiteRow[] | undefined;
  let builds: readonly BuildRow[] = before.builds;
  let places: Map<string, number> | undefined;
  for (const event of events) {
    if (event.seq <= lastSeq) {
      continue;
    }
    lastSeq = event.seq;
    progress = forward(progress, event.progress);
    if (event.site) {
      sites ??= [...before.sites];
      const place = (places ?? before.places).get(event.site.siteId);
      if (place === undefined) {
        places ??= new Map(before.places);
        places.set(event.site.siteId, sites.length);
        sites.push(event.site);
      } else {
        sites[place] = forwardSite(sites[place], event.site);
      }
    }
    if (event.build) {
      const build = forwardBuild(builds, event.build);
      const known = builds.some((other) => other.actionId === build.actionId);
      builds = known
        ? builds.map((other) => (other.actionId === build.actionId ? build : other))
        : [...builds, build];
    }
  }
  if (lastSeq === before.lastSeq) {
    return before;
  }
  return {
    lastSeq,
    progress,
    sites: sites ?? before.sites,
    builds,
    places: places ?? before.places,
  };
}

/** The site with this id, if the deploy has it. */
export function siteOf(
  state: Pick<DeployState, "sites" | "places">,
  siteId: string,
): SiteRow | undefined {
  const place = state.places.get(siteId);
  return place === undefined ? undefined : state.sites[place];
}

function forward(before: Progress, next: Progress): Progress {
  return {
    ...next,
    total: Math.max(before.total, next.total),
    done: Math.max(before.done, next.done),
    rolledBack: Math.max(before.rolledBack, next.rolledBack),
    broken: Math.max(before.broken, next.broken),
    cancelled: Math.max(before.cancelled, next.cancelled),
    notStarted: Math.max(before.notStarted, next.notStarted),
  };
}

function forwardSite(before: SiteRow | undefined, next: SiteRow): SiteRow {
  return before && before.percent > next.percent ? { ...next, percent: before.percent } : next;
}

function forwardBuild(builds: readonly BuildRow[], next: BuildRow): BuildRow {
  const before = builds.find((build) => build.actionId === next.actionId);
  return before && before.percent > next.percent ? { ...next, percent: before.percent } : next;
}
