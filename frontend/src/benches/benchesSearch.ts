/** What the address of the list of benches says. */
export interface BenchesSearch {
  /** Part of the name of a bench or server. */
  q?: string;
  /** The form for a new bench is open. */
  add?: boolean;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readBenchesSearch(search: Record<string, unknown>): BenchesSearch {
  const read: BenchesSearch = {};
  if (search.add === true) {
    read.add = true;
  }
  if (typeof search.q === "string" || typeof search.q === "number") {
    const q = `${search.q}`.trim();
    if (q !== "") {
      read.q = q;
    }
  }
  return read;
}
