/** The dialogs of a bench's page. */
export const benchDialogs = ["settings", "app", "retire"] as const;

/** What the address of a bench's page says. */
export interface BenchSearch {
  /** Which of its dialogs is open. */
  open?: (typeof benchDialogs)[number];
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readBenchSearch(search: Record<string, unknown>): BenchSearch {
  const open = benchDialogs.find((dialog) => dialog === search.open);
  return open ? { open } : {};
}
