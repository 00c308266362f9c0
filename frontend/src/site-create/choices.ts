/** A bench as the form knows it. */
export interface Choice {
  closedToSites: boolean;
  closedWhy: string;
  server: { name: string; closedToSites: boolean; closedWhy: string };
  revisions: readonly {
    status: string;
    apps: readonly { app: string; version: string }[];
  }[];
}

/** Why no new site goes to a bench; empty when one may. */
export function benchFault({ closedToSites, closedWhy, server, revisions }: Choice): string {
  if (server.closedToSites) {
    return closedWords(server.closedWhy);
  }
  if (closedToSites) {
    return closedWords(closedWhy);
  }
  return revisions.some(({ status }) => status === "READY") ? "" : "no revision is built yet";
}

function closedWords(why: string): string {
  return why ? `closed to new sites: ${why}` : "closed to new sites";
}

/** The apps that any bench could give a new site, the framework first; their versions depend on the bench. */
export function appsOfAll(benches: readonly Choice[]): { app: string; version: string }[] {
  const first = new Set<string>();
  const others = new Set<string>();
  for (const bench of benches) {
    const built = bench.revisions.find(({ status }) => status === "READY");
    built?.apps.forEach(({ app }, index) => {
      (index === 0 ? first : others).add(app);
    });
  }
  return [...first, ...[...others].sort()].map((app) => ({ app, version: "" }));
}
