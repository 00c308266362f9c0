import { type FragmentType, getFragmentData, graphql } from "../gql";
import { formatDuration } from "../ui/time";
import classes from "./DeployPanel.module.css";
import { PlanMoves } from "./PlanMoves";

const PlanGroupFragment = graphql(/* GraphQL */ `
  fragment PlanGroupView_group on PlanGroup {
    benchName
    serverName
    built
    staysBehind
    expectedMinutes
    apps {
      app
      commit
      version
    }
    moves {
      fromCommit
      ...PlanMoves_move
    }
    sites {
      siteId
      siteName
      fromVersion
      toVersion
      patches
      expectedSeconds
    }
  }
`);

/** One bench of a plan: what is built on its server, exactly which sites move, and who stays behind. */
export function PlanGroupView({ group }: { group: FragmentType<typeof PlanGroupFragment> }) {
  const { benchName, serverName, apps, built, staysBehind, expectedMinutes, moves, sites } =
    getFragmentData(PlanGroupFragment, group);
  const code = apps.map(({ app, version }) => `${app} ${version}`).join(", ");
  return (
    <section className={classes.group} aria-label={`${benchName} on ${serverName}`}>
      <div className={classes.groupHead}>
        <b>{serverName}</b>
        <span>{benchName}</span>
        <span className={classes.groupWords}>
          {built ? `${code} is built already` : `builds ${code} beside the old code`}
        </span>
        <span>
          {sites.length} {sites.length === 1 ? "site" : "sites"} · about{" "}
          {formatDuration(Math.round(expectedMinutes * 60))}
        </span>
      </div>
      {moves.length > 0 ? <PlanMoves moves={moves} /> : null}
      <ul className={classes.sites}>
        {sites.map((site) => (
          <li key={site.siteId}>
            <span className={classes.site} title={site.siteName}>
              {site.siteName}
            </span>
            <span className={classes.move}>
              {site.fromVersion} → {site.toVersion}
            </span>
            <span className={classes.number}>
              {site.patches} {site.patches === 1 ? "patch" : "patches"}
            </span>
            <span className={classes.number}>
              ≈ {formatDuration(Math.round(site.expectedSeconds))}
            </span>
          </li>
        ))}
      </ul>
      <div className={classes.groupFoot}>
        {staysBehind === 0
          ? "No site of this bench stays behind."
          : staysBehind === 1
            ? "1 other site of this bench stays on the code it has."
            : `${staysBehind} other sites of this bench stay on the code they have.`}
      </div>
    </section>
  );
}
