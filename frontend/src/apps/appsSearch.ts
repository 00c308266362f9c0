/** What the address of the list of apps says. */
export interface AppsSearch {
  /** The form for a new app is open. */
  add?: boolean;
  /** The app whose settings are open. */
  settings?: string;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readAppsSearch(search: Record<string, unknown>): AppsSearch {
  return {
    ...(search.add === true ? { add: true } : {}),
    ...(typeof search.settings === "string" ? { settings: search.settings } : {}),
  };
}
