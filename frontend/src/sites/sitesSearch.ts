import type { SiteOrderField, SiteStatus } from "../gql/schema";

/** What the address of the list of sites says; what is left out is the default. */
export interface SitesSearch {
  /** Part of the host name. */
  q?: string;
  bench?: string[];
  server?: string[];
  version?: string[];
  status?: SiteStatus[];
  sort?: SiteOrderField;
  desc?: boolean;
}

const statuses: SiteStatus[] = ["CREATING", "ACTIVE", "FAILED", "BROKEN", "ARCHIVED"];
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
  const sort = fields.find((field) => field === search.sort);
  if (sort && sort !== "NAME") {
    read.sort = sort;
  }
  if (search.desc === true) {
    read.desc = true;
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
