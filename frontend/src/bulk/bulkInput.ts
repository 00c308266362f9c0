import type { BulkDeed, BulkPlanInput, SiteServing } from "../gql/schema";

/** What is typed and chosen for a change of many sites. */
export interface BulkDraft {
  deed: BulkDeed;
  serving: SiteServing;
  key: string;
  /** As JSON; null removes the key. */
  value: string | null;
  app: string;
  benchId: string;
  /** A host name with `{name}` in it. */
  pattern: string;
  /** Local time, as the browser's field gives it; empty for now. */
  before: string;
  elsewhere: boolean;
  certificate: boolean;
  /** The number of sites, typed to confirm. */
  confirmed: string;
}

export const emptyDraft: BulkDraft = {
  deed: "BACK_UP",
  serving: "MAINTENANCE",
  key: "",
  value: null,
  app: "",
  benchId: "",
  pattern: "",
  before: "",
  elsewhere: false,
  certificate: false,
  confirmed: "",
};

/** What can be done, in the order in which it is offered: what hurts comes last. */
export const deedWords: Record<BulkDeed, string> = {
  SERVE: "Open or close them for visitors",
  BACK_UP: "Back them up",
  CONFIGURE: "Set or remove a key of their configuration",
  INSTALL_APP: "Install an app",
  ADD_DOMAIN: "Add a domain to each",
  RENAME: "Rename each",
  MOVE: "Move them to another bench",
  REMOVE_DOMAIN: "Remove a domain from each",
  REMOVE_APP: "Remove an app and its tables",
  RESTORE: "Restore them, or bring them back",
  ARCHIVE: "Archive them",
};

/** Whether the number of sites is typed before it is done. */
export function isConfirmed(deed: BulkDeed): boolean {
  return ["REMOVE_DOMAIN", "REMOVE_APP", "RESTORE", "ARCHIVE"].includes(deed);
}

/** What Central is asked to look at or to do; null while something is missing. */
export function bulkInput(draft: BulkDraft, siteIds: readonly string[]): BulkPlanInput | null {
  const { deed, serving, app, pattern, elsewhere, certificate } = draft;
  const input = {
    siteIds: [...siteIds],
    deed,
    app: "",
    pattern: "",
    elsewhere: false,
    certificate: false,
  };
  const confirmSites = /^\d{1,9}$/.test(draft.confirmed) ? Number(draft.confirmed) : null;
  switch (deed) {
    case "SERVE":
      return { ...input, serving };
    case "BACK_UP":
      return input;
    case "ARCHIVE":
      return { ...input, confirmSites };
    case "RESTORE": {
      const { before } = draft;
      return {
        ...input,
        confirmSites,
        ...(before ? { before: new Date(before).toISOString() } : {}),
      };
    }
    case "REMOVE_DOMAIN":
      return pattern === "" ? null : { ...input, pattern, confirmSites };
    case "CONFIGURE":
      return draft.key === ""
        ? null
        : { ...input, changes: [{ name: draft.key, value: draft.value }] };
    case "INSTALL_APP":
      return app === "" ? null : { ...input, app };
    case "REMOVE_APP":
      return app === "" ? null : { ...input, app, confirmSites };
    case "ADD_DOMAIN":
      return pattern === "" ? null : { ...input, pattern, elsewhere, certificate };
    case "MOVE":
      return draft.benchId === "" ? null : { ...input, benchId: draft.benchId };
    case "RENAME":
      return pattern === "" ? null : { ...input, pattern };
  }
}
