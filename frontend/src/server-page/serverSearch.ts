import type { SampleRange } from "../gql/schema";

/** What the address of a server's page says. */
export interface ServerSearch {
  /** How far back the charts go; a day when left out. */
  range?: SampleRange;
}

/** Reads an address that may have been typed or cut. */
export function readServerSearch(search: Record<string, unknown>): ServerSearch {
  return search.range === "MONTH" ? { range: "MONTH" } : {};
}
