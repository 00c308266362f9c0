import type { AdoptBenchesInput } from "../gql/schema";
import type { Note } from "../ui/Notes";
import { benchNameFault } from "../ui/names";

/** What the choice has to know of a bench that was found. */
export interface FoundBench {
  path: string;
  name: string;
  adopted: boolean;
  notes: readonly Note[];
  apps: readonly { app: string; commit: string; notes: readonly Note[] }[];
  sites: readonly { name: string; known: boolean; notes: readonly Note[] }[];
}

/** What was ticked of one bench. */
export interface Pick {
  /** What it is to be called in Central. */
  name: string;
  sites: readonly string[];
}

/** What was ticked, by the bench's path. */
export type Choice = Readonly<Record<string, Pick>>;

const blocks = (notes: readonly Note[]) => notes.some(({ severity }) => severity === "BLOCKING");

/** Whether anything of the bench can be ticked. */
export function mayAdopt(bench: FoundBench): boolean {
  return !blocks(bench.notes) && !bench.apps.some(({ notes }) => blocks(notes));
}

/** The sites of a bench that can be ticked. */
export function adoptableSites(bench: FoundBench): string[] {
  return mayAdopt(bench)
    ? bench.sites.filter(({ known, notes }) => !known && !blocks(notes)).map(({ name }) => name)
    : [];
}

/** Ticks or unticks all sites of a bench. */
export function toggleBench(choice: Choice, bench: FoundBench, on: boolean): Choice {
  const name = choice[bench.path]?.name ?? bench.name;
  return { ...choice, [bench.path]: { name, sites: on ? adoptableSites(bench) : [] } };
}

/** Ticks or unticks one site. */
export function toggleSite(choice: Choice, bench: FoundBench, site: string, on: boolean): Choice {
  const before = choice[bench.path] ?? { name: bench.name, sites: [] };
  const sites = before.sites.filter((other) => other !== site);
  return { ...choice, [bench.path]: { ...before, sites: on ? [...sites, site] : sites } };
}

/** Gives a bench another name. */
export function rename(choice: Choice, bench: FoundBench, name: string): Choice {
  return { ...choice, [bench.path]: { sites: choice[bench.path]?.sites ?? [], name } };
}

/** The ticked benches with their ticked sites, in the order found; what can no longer be ticked is left out. */
export function ticked(
  choice: Choice,
  benches: readonly FoundBench[],
): { bench: FoundBench; name: string; sites: string[] }[] {
  return benches.flatMap((bench) => {
    const pick = choice[bench.path];
    const sites = adoptableSites(bench).filter((site) => pick?.sites.includes(site));
    return pick && sites.length > 0 ? [{ bench, name: pick.name, sites }] : [];
  });
}

/** What is wrong with the names that were given, by path; what is well is not there. */
export function nameFaults(
  choice: Choice,
  benches: readonly FoundBench[],
): Readonly<Record<string, string>> {
  const all = ticked(choice, benches);
  const faults: Record<string, string> = {};
  for (const { bench, name } of all) {
    const twice = all.filter((other) => other.name === name).length > 1;
    const fault = twice ? "Two benches cannot have one name." : benchNameFault(name);
    if (fault) {
      faults[bench.path] = fault;
    }
  }
  return faults;
}

/** The exact input: each ticked bench with all its apps at the commits that were shown. */
export function adoptInput(
  serverId: string,
  scanId: string,
  choice: Choice,
  benches: readonly FoundBench[],
): AdoptBenchesInput {
  return {
    serverId,
    scanId,
    benches: ticked(choice, benches).map(({ bench, name, sites }) => ({
      path: bench.path,
      name,
      apps: bench.apps.map(({ app, commit }) => ({ app, commit })),
      sites,
    })),
  };
}

/** `Adopt 2 benches, 7 sites`. */
export function adoptLabel(choice: Choice, benches: readonly FoundBench[]): string {
  const all = ticked(choice, benches);
  const sites = all.reduce((sum, one) => sum + one.sites.length, 0);
  const count = (n: number, one: string, many: string) =>
    `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
  return sites === 0
    ? "Adopt"
    : `Adopt ${count(all.length, "bench", "benches")}, ${count(sites, "site", "sites")}`;
}
