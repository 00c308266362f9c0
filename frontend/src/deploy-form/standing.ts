/** A release as far as its place on the branch matters. */
interface Placed {
  commit: string;
  position: number;
}

/** How a release stands to what the chosen sites run now. */
export interface Standing {
  /** How many of the known sites are on exactly this commit. */
  here: number;
  /** How many commits it lies after what the sites run, the least and the most; negative is older. */
  ahead: [number, number] | undefined;
}

/**
 * Compares every release of an app with the commits that the sites run. `current` counts sites by
 * commit; commits that are not among the releases, because they are older, are left out.
 */
export function standings(
  releases: readonly Placed[],
  current: ReadonlyMap<string, number>,
): Map<string, Standing> {
  const places = releases
    .filter(({ commit }) => current.has(commit))
    .map(({ position }) => position);
  const oldest = Math.min(...places);
  const newest = Math.max(...places);
  return new Map(
    releases.map(({ commit, position }) => [
      commit,
      {
        here: current.get(commit) ?? 0,
        ahead: places.length > 0 ? [position - newest, position - oldest] : undefined,
      },
    ]),
  );
}

/** In words: `12 sites are here`, `3 ahead`, `3 to 7 ahead`, `2 older`. */
export function standingWords({ here, ahead }: Standing): string {
  if (here > 0) {
    return `${here} ${here === 1 ? "site is" : "sites are"} here`;
  }
  if (!ahead) {
    return "";
  }
  const [least, most] = ahead;
  if (most < 0) {
    return least === most ? `${-most} older` : `${-most} to ${-least} older`;
  }
  if (least < 0) {
    return "newer for some";
  }
  return least === most ? `${most} ahead` : `${least} to ${most} ahead`;
}

/** The app whose releases most of the sites wait for: the one that their versions name. */
export function usualApp(versions: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const version of versions) {
    const app = version.split(" ")[0] ?? "";
    counts.set(app, (counts.get(app) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
