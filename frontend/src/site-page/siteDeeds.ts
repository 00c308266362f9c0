import { may } from "../client/me";
import type { Role, SiteStatus } from "../gql/schema";

/** What can be done with one site on its page; the address says which dialog is open. */
export const deeds = [
  "signIn",
  "rename",
  "domain",
  "configure",
  "apps",
  "move",
  "visitors",
] as const;

export type SiteDeed = (typeof deeds)[number];

/** What each is called in the menu. */
export const deedWords: Record<SiteDeed, string> = {
  signIn: "Sign in as Administrator",
  rename: "Rename",
  domain: "Add a domain",
  configure: "Set a key of its configuration",
  apps: "Install or remove apps",
  move: "Move to another bench",
  visitors: "Open or close it for visitors",
};

/** Those that go on while an action holds the site. */
const whileBusy: readonly SiteDeed[] = ["visitors", "signIn"];

/** Why something cannot be done with a site now, in a few words; empty when it can. */
export function whyNot(
  deed: SiteDeed,
  site: { status: SiteStatus; busyWith: { title: string } | null },
  role: Role,
): string {
  if (!may(role, "OPERATOR")) {
    return "Operators may do this; you may look";
  }
  if (deed === "visitors" && site.status === "BROKEN") {
    return "";
  }
  if (site.status !== "ACTIVE") {
    return "The site is not active";
  }
  if (site.busyWith && !whileBusy.includes(deed)) {
    return `Wait for “${site.busyWith.title}”`;
  }
  return "";
}

/** What the address of a site's page says. */
export interface SiteSearch {
  do?: SiteDeed;
}

/** Reads an address that may have been typed or cut. */
export function readSiteSearch(search: Record<string, unknown>): SiteSearch {
  const chosen = deeds.find((deed) => deed === search.do);
  return chosen ? { do: chosen } : {};
}
