import type {
  HealthState,
  SiteFilter,
  SiteOrderBy,
  SiteOrderField,
  SiteStatus,
} from "../gql/schema";

/** What the address of the list of sites says; what is left out is the default. */
export interface SitesSearch {
  /** Part of the host name. */
  q?: string;
  bench?: string[];
  server?: string[];
  version?: string[];
  status?: SiteStatus[];
  health?: HealthState[];
  /** Without a backup that is younger than so many hours. */
  backup?: number;
  /** Those that stand ready for whoever signs up: alone, or besides the others. */
  standby?: "ONLY" | "WITH";
  sort?: SiteOrderField;
  desc?: boolean;
  /** The step of the deploy form that is open beside the list. */
  deploy?: "release" | "review";
  /** What the proxies do with the visitors of the ticked sites is being chosen. */
  visitors?: true;
}

const statuses: SiteStatus[] = ["CREATING", "ACTIVE", "FAILED", "BROKEN", "ARCHIVED"];
const healths: HealthState[] = ["UP", "MAINTENANCE", "DOWN", "UNKNOWN"];
/** The ages of a backup that the list can be narrowed by, in hours. */
export const backupAges = [24, 48, 168] as const;
const fields: SiteOrderField[] = ["NAME", "VERSION", "CREATED"];

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readSitesSearch(search: Record<string, unknown>): SitesSearch {
  const read: SitesSearch = {};
  const q =
    typeof search.q === "string" || typeof search.q === "number" ? `${search.q}`.trim() : "";
  if (q) {
    read.q = q;
  }
  for (const key of ["bench", "server", "version"] as const) {
    const values = readList(search[key]);
    if (values.length > 0) {
      read[key] = values;
    }
  }
  const status = statuses.filter((one) => readList(search.status).includes(one));
  if (status.length > 0) {
    read.status = status;
  }
  const health = healths.filter((one) => readList(search.health).includes(one));
  if (health.length > 0) {
    read.health = health;
  }
  if (backupAges.some((hours) => hours === search.backup)) {
    read.backup = Number(search.backup);
  }
  if (search.standby === "ONLY" || search.standby === "WITH") {
    read.standby = search.standby;
  }
  const sort = fields.find((field) => field === search.sort);
  if (sort && sort !== "NAME") {
    read.sort = sort;
  }
  if (search.desc === true) {
    read.desc = true;
  }
  if (search.deploy === "release" || search.deploy === "review") {
    read.deploy = search.deploy;
  } else if (search.visitors === true) {
    read.visitors = true;
  }
  return read;
}

function readList(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  const texts = list
    .filter((one) => typeof one === "string" || typeof one === "number")
    .map(String);
  return [...new Set(texts)].filter((text) => text !== "");
}

/** What the address asks the server for. */
export function filterOf(search: SitesSearch): SiteFilter {
  const filter: SiteFilter = {};
  if (search.q) {
    filter.search = search.q;
  }
  if (search.bench) {
    filter.benchIds = search.bench;
  }
  if (search.server) {
    filter.serverIds = search.server;
  }
  if (search.version) {
    filter.versions = search.version;
  }
  if (search.status) {
    filter.statuses = search.status;
  }
  if (search.health) {
    filter.health = search.health;
  }
  if (search.backup) {
    filter.backupOlderThanHours = search.backup;
  }
  if (search.standby) {
    filter.standby = search.standby;
  }
  return filter;
}

/** The order that the address asks for. */
export function orderOf(search: SitesSearch): SiteOrderBy {
  return { field: search.sort ?? "NAME", descending: search.desc ?? false };
}

/** The address after a click on the head of a column: first that column, then the other way around. */
export function sortedBy(search: SitesSearch, field: SiteOrderField): SitesSearch {
  const { sort = "NAME", desc = false, ...rest } = search;
  const descending = sort === field ? !desc : false;
  return readSitesSearch({ ...rest, sort: field, desc: descending });
}

/** Whether anything narrows the list. */
export function isFiltered(search: SitesSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}
