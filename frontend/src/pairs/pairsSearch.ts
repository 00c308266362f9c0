import type { SampleRange } from "../gql/schema";

/** What can be asked of a pair; each has a dialog that says first what it leads to. */
export const deeds = [
  "setUp",
  "switchOver",
  "failOver",
  "rehearse",
  "rebuild",
  "dissolve",
] as const;

export type Deed = (typeof deeds)[number];

/** What the address of the list of pairs says. */
export interface PairsSearch {
  q?: string;
  /** The form for a new pair is open. */
  add?: boolean;
  /** In that form, a server is being added to become this. */
  newServer?: "master" | "slave";
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readPairsSearch(search: Record<string, unknown>): PairsSearch {
  const read: PairsSearch = {};
  if (typeof search.q === "string" || typeof search.q === "number") {
    read.q = `${search.q}`;
  }
  if (search.add === true) {
    read.add = true;
    if (search.newServer === "master" || search.newServer === "slave") {
      read.newServer = search.newServer;
    }
  }
  return read;
}

/** What the address of one pair says. */
export interface PairSearch {
  /** The dialog that is open. */
  do?: Deed;
  /** How far back the charts go; a day when left out. */
  range?: SampleRange;
}

/** Reads the address of one pair. */
export function readPairSearch(search: Record<string, unknown>): PairSearch {
  const found = deeds.find((one) => one === search.do);
  const read: PairSearch = search.range === "MONTH" ? { range: "MONTH" } : {};
  return found ? { ...read, do: found } : read;
}
