import { type FragmentType, getFragmentData, graphql } from "../gql";
import classes from "./CreateSitePage.module.css";

const PlacementViewFragment = graphql(/* GraphQL */ `
  fragment PlacementView on Placement {
    sentence
    chosen {
      benchId
    }
    benches {
      benchId
      benchName
      serverName
      region
      sites
      room
      refused
    }
  }
`);

/** Which bench a new site would go to, what was compared for that, and why the others take none. */
export function PlacementView({
  placement,
}: {
  placement: FragmentType<typeof PlacementViewFragment>;
}) {
  const { sentence, chosen, benches } = getFragmentData(PlacementViewFragment, placement);
  return (
    <section className={classes.preview} aria-label="Placement" data-none={!chosen || undefined}>
      <p className={classes.sentence}>{sentence}</p>
      <ul className={classes.benches}>
        {benches.map((bench) => (
          <li key={bench.benchId}>
            <span className={classes.mono}>
              {bench.benchName} on {bench.serverName}
            </span>{" "}
            {bench.room === null
              ? bench.refused
              : `${bench.region ? `${bench.region} · ` : ""}${Math.floor(100 * bench.room)} % free · ${bench.sites.toLocaleString("en")} sites`}
          </li>
        ))}
      </ul>
    </section>
  );
}
