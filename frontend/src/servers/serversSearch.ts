/** What the address of the list of servers says. */
export interface ServersSearch {
  /** The form for a new server is open. */
  add?: boolean;
  /** The server whose changed host key is being looked at. */
  pin?: string;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readServersSearch(search: Record<string, unknown>): ServersSearch {
  const read: ServersSearch = {};
  if (search.add === true) {
    read.add = true;
  }
  if (typeof search.pin === "string" || typeof search.pin === "number") {
    read.pin = `${search.pin}`;
  }
  return read;
}
