import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { ReleasesBetween } from "../ui/ReleasesBetween";
import classes from "./DeployPanel.module.css";

const PlanMoveFragment = graphql(/* GraphQL */ `
  fragment PlanMoves_move on PlanMove {
    app
    fromCommit
    fromVersion
    toCommit
    toVersion
    sites
    backwards
  }
`);

/** Each app's way in a part of a plan; one opens to show what lies between. */
export function PlanMoves({
  moves: masked,
}: {
  moves: readonly FragmentType<typeof PlanMoveFragment>[];
}) {
  const [opened, setOpened] = useState<string>();
  const moves = masked.map((move) => getFragmentData(PlanMoveFragment, move));
  return (
    <ul className={classes.moves}>
      {moves.map((move) => {
        const key = `${move.app} ${move.fromCommit}`;
        const open = opened === key;
        const Icon = open ? IconChevronDown : IconChevronRight;
        return (
          <li key={key}>
            <button
              type="button"
              className={classes.moveHead}
              aria-expanded={open}
              onClick={() => setOpened(open ? undefined : key)}
            >
              <Icon size={15} aria-hidden />
              <span>
                <b>{move.app}</b> {words(move.fromVersion, move.fromCommit)} →{" "}
                {words(move.toVersion, move.toCommit)}
              </span>
              <span className={classes.moveSites}>
                {move.backwards ? "back to older code, " : ""}
                {move.sites.toLocaleString("en")} {move.sites === 1 ? "site" : "sites"}
              </span>
            </button>
            {open ? (
              <ReleasesBetween
                app={move.app}
                from={move.backwards ? move.toCommit : move.fromCommit}
                to={move.backwards ? move.fromCommit : move.toCommit}
              />
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

/** A version with the commit that tells it from others of the same name. */
function words(version: string, commit: string): string {
  const short = commit.slice(0, 8);
  return version ? `${version} (${short})` : short;
}
