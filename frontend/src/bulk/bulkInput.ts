import type { BulkDeed, BulkPlanInput, SiteServing } from "../gql/schema";

/** What is typed and chosen for a change of many sites. */
export interface BulkDraft {
  deed: BulkDeed;
  serving: SiteServing;
  key: string;
  /** As JSON; null removes the key. */
  value: string | null;
  app: string;
}

export const deedWords: Record<BulkDeed, string> = {
  SERVE: "Open or close them for visitors",
  CONFIGURE: "Set or remove a key of their configuration",
  INSTALL_APP: "Install an app",
  REMOVE_APP: "Remove an app and its tables",
};

/** What Central is asked to look at or to do; null while something is missing. */
export function bulkInput(
  draft: BulkDraft,
  siteIds: readonly string[],
  confirmed: boolean,
): BulkPlanInput | null {
  const input = { siteIds: [...siteIds], deed: draft.deed, app: "" };
  switch (draft.deed) {
    case "SERVE":
      return { ...input, serving: draft.serving };
    case "CONFIGURE":
      return draft.key === ""
        ? null
        : { ...input, changes: [{ name: draft.key, value: draft.value }] };
    case "INSTALL_APP":
      return draft.app === "" ? null : { ...input, app: draft.app };
    case "REMOVE_APP":
      return draft.app === ""
        ? null
        : { ...input, app: draft.app, confirmSites: confirmed ? siteIds.length : null };
  }
}
