import type { SiteServing } from "../gql/schema";
import type { Look } from "./tones";

/** The ways in which the proxies may treat visitors of a site, in the order in which they are offered. */
export const servings = [
  "OPEN",
  "MAINTENANCE",
  "SUSPENDED",
] as const satisfies readonly SiteServing[];

/** What each is called, and what a visitor meets. */
export const servingWords: Record<SiteServing, { name: string; meets: string }> = {
  OPEN: { name: "Open", meets: "They reach the site." },
  MAINTENANCE: {
    name: "Under maintenance",
    meets: "They are told to come back soon (503 with Retry-After).",
  },
  SUSPENDED: { name: "Suspended", meets: "They are told that the site is suspended (402)." },
};

/** How a site that is not open shows in the list; nothing for one that is. */
export const servingLooks: Record<SiteServing, Look | null> = {
  OPEN: null,
  MAINTENANCE: { tone: "wait", word: "Closed, maintenance" },
  SUSPENDED: { tone: "wait", word: "Suspended" },
};

/** What the button says: `Suspend 3 sites`. */
export function servingButton(serving: SiteServing, sites: number): string {
  const count = sites === 1 ? "1 site" : `${sites.toLocaleString("en")} sites`;
  switch (serving) {
    case "OPEN":
      return `Open ${count}`;
    case "MAINTENANCE":
      return `Close ${count} for maintenance`;
    case "SUSPENDED":
      return `Suspend ${count}`;
  }
}
