import type { AppCommitInput } from "../gql/schema";

/** What has been filled in so far. The sites are not in it: they are what is ticked in the list. */
export interface Draft {
  /** Made when the form was opened; part of the idempotency key. */
  formId: string;
  /** At most one commit for each app. */
  releases: AppCommitInput[];
  sitesAtOnce: number;
  skipFailingPatches: boolean;
}

export type DraftChange =
  | { type: "pick"; app: string; commit: string }
  | { type: "drop"; app: string }
  | { type: "sitesAtOnce"; value: number }
  | { type: "skipFailingPatches"; value: boolean }
  /** A new form, after its deploy began. */
  | { type: "renew"; formId: string };

/** What the server takes for `sitesAtOnce`. */
export const SITES_AT_ONCE = { least: 1, most: 32, usual: 4 };

export function newDraft(formId: string): Draft {
  return { formId, releases: [], sitesAtOnce: SITES_AT_ONCE.usual, skipFailingPatches: false };
}

export function changeDraft(draft: Draft, change: DraftChange): Draft {
  switch (change.type) {
    case "pick": {
      const others = draft.releases.filter(({ app }) => app !== change.app);
      return { ...draft, releases: [...others, { app: change.app, commit: change.commit }] };
    }
    case "drop":
      return { ...draft, releases: draft.releases.filter(({ app }) => app !== change.app) };
    case "sitesAtOnce": {
      const { least, most } = SITES_AT_ONCE;
      const value = Number.isFinite(change.value) ? Math.round(change.value) : SITES_AT_ONCE.usual;
      return { ...draft, sitesAtOnce: Math.min(most, Math.max(least, value)) };
    }
    case "skipFailingPatches":
      return { ...draft, skipFailingPatches: change.value };
    case "renew":
      return newDraft(change.formId);
  }
}

/**
 * The same form with the same content has the same key, so that a second click or a try after a lost
 * answer never deploys twice; any change of what would be done has another.
 */
export function idempotencyKey(draft: Draft, siteIds: readonly string[]): string {
  const releases = draft.releases.map(({ app, commit }) => `${app}=${commit}`).sort();
  const content = [
    [...siteIds].sort().join(),
    releases.join(),
    draft.sitesAtOnce,
    draft.skipFailingPatches,
  ];
  return `${draft.formId}-${digest(content.join(";"))}`;
}

/** 32 random hexadecimal digits; works on plain http too, where randomUUID does not exist. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Two 32-bit FNV-1a sums with different beginnings: enough to tell contents of one form apart. */
function digest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
