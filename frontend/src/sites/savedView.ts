import { defaultParseSearch, defaultStringifySearch } from "@tanstack/react-router";
import { readSitesSearch, type SitesSearch } from "./sitesSearch";

/** How somebody likes to look at the list: what narrows and orders it, and the columns that are left out. */
export interface View {
  search: SitesSearch;
  hidden: readonly string[];
}

/** A view as the query of an address. What is open beside the list is no part of it. */
export function viewText({ search, hidden }: View): string {
  const { deploy: _deploy, visitors: _visitors, ...list } = search;
  return defaultStringifySearch({ ...list, hidden: [...hidden] }).replace(/^\?/, "");
}

/** Reads a view that was kept, maybe by an older Central: what makes no sense is left out. */
export function readView(text: string): View {
  const read: Record<string, unknown> = defaultParseSearch(`?${text}`);
  const { hidden } = read;
  return {
    search: readSitesSearch(read),
    hidden: Array.isArray(hidden) ? hidden.filter((one) => typeof one === "string") : [],
  };
}
