import type { Role } from "../gql/schema";
import { deedWords, type Held, whyNot } from "../pairs/allowed";
import { type Deed, deeds } from "../pairs/pairsSearch";

/** Of more than these nobody reads the rest. */
const shown = 6;

/**
 * What may be begun on pairs, among that what somebody searches for: every word is in what it is called, such as
 * `switch pair-01`, and one of them names what to do.
 */
export function pairDeeds<Pair extends Held & { name: string }>(
  pairs: readonly Pair[],
  search: string,
  role: Role,
): { pair: Pair; deed: Deed }[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = deeds.filter((deed) =>
    words.some((word) => word.length > 2 && deedWords[deed].toLowerCase().includes(word)),
  );
  return pairs
    .flatMap((pair) => hits.map((deed) => ({ pair, deed })))
    .filter(({ pair, deed }) => {
      const name = `${deedWords[deed]} ${pair.name}`.toLowerCase();
      return words.every((word) => name.includes(word)) && whyNot(deed, pair, role) === "";
    })
    .slice(0, shown);
}
