import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { StatusBadge } from "../ui/StatusBadge";
import { healthLooks, serverLooks } from "../ui/tones";
import classes from "./OverviewPage.module.css";

const ServerTile = graphql(/* GraphQL */ `
  fragment ServerTiles_server on Server {
    id
    name
    role
    status
    siteCount
    health {
      state
    }
  }
`);

const roleWords = { MASTER: "master", SLAVE: "slave", PROXY: "proxy" };

/** The fleet at a glance: a tile for each server with its state and how many sites live on it. */
export function ServerTiles({
  servers,
}: {
  servers: readonly FragmentType<typeof ServerTile>[] | undefined;
}) {
  if (!servers) {
    return <Skeleton height={60} />;
  }
  return (
    <div className={classes.tiles}>
      {getFragmentData(ServerTile, servers).map(({ id, name, role, status, siteCount, health }) => {
        const content = (
          <>
            <span className={classes.tileHead}>
              <b>{name}</b>
              <StatusBadge
                look={
                  status === "READY" && health.state !== "UNKNOWN"
                    ? healthLooks[health.state]
                    : serverLooks[status]
                }
                quiet
              />
            </span>
            <span className={classes.why}>
              {role === "PROXY"
                ? roleWords[role]
                : `${roleWords[role]} · ${siteCount.toLocaleString("en")} ${siteCount === 1 ? "site" : "sites"}`}
            </span>
          </>
        );
        return (
          <Link key={id} to="/servers/$serverId" params={{ serverId: id }} className={classes.tile}>
            {content}
          </Link>
        );
      })}
    </div>
  );
}
