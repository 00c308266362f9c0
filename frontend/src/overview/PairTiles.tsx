import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { databasesLink, pairLook } from "../ui/pairLinks";
import { StatusBadge } from "../ui/StatusBadge";
import { useNow } from "../ui/time";
import classes from "./OverviewPage.module.css";

const PairTile = graphql(/* GraphQL */ `
  fragment PairTiles_pair on Pair {
    id
    name
    status
    statusReason
    master {
      id
      name
      siteCount
    }
    slave {
      id
      name
    }
    replication {
      at
      ioRunning
      sqlRunning
      lagSeconds
      lastError
      mirroredAt
    }
  }
`);

/** Every pair at a glance: which server is followed by which, and how far behind. */
export function PairTiles({ pairs }: { pairs: readonly FragmentType<typeof PairTile>[] }) {
  const now = useNow();
  return (
    <div className={classes.tiles}>
      {getFragmentData(PairTile, pairs).map((pair) => (
        <Link
          key={pair.id}
          to="/pairs/$pairId"
          params={{ pairId: pair.id }}
          search={{}}
          className={classes.tile}
        >
          <span className={classes.tileHead}>
            <b>{pair.name}</b>
            <StatusBadge look={pairLook(pair, now)} quiet />
          </span>
          <span className={classes.why}>
            {pair.master.name} → {pair.slave.name} · {databasesLink(pair, now).text}
          </span>
        </Link>
      ))}
    </div>
  );
}
