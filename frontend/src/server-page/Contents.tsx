import { Link } from "@tanstack/react-router";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { StatusBadge } from "../ui/StatusBadge";
import { pairLooks } from "../ui/tones";
import classes from "./ServerPage.module.css";

const ContentsServer = graphql(/* GraphQL */ `
  fragment Contents_server on Server {
    id
    role
    siteCount
    benches {
      id
      name
      siteCount
    }
    pair {
      id
      name
      status
      master {
        id
        name
      }
      slave {
        id
        name
      }
    }
  }
`);

/** What lives here: the pair that it is part of, its benches and how many sites each holds. */
export function Contents({ server }: { server: FragmentType<typeof ContentsServer> }) {
  const { id, role, benches, siteCount, pair } = getFragmentData(ContentsServer, server);
  const partner = pair && (pair.master.id === id ? pair.slave : pair.master);
  return (
    <section className={classes.section} aria-label="What lives here">
      <h2 className={classes.title}>What lives here</h2>
      <ul className={classes.list}>
        {pair && partner ? (
          <li className={classes.row}>
            <StatusBadge look={pairLooks[pair.status]} quiet />
            <span className={classes.what}>
              {pair.master.id === id ? "Master" : "Slave"} of the pair {pair.name}, with{" "}
              <Link to="/servers/$serverId" params={{ serverId: partner.id }}>
                {partner.name}
              </Link>
            </span>
          </li>
        ) : null}
        {benches.map((bench) => (
          <li key={bench.id} className={classes.row}>
            <span className={classes.key}>Bench</span>
            <span className={classes.what}>{bench.name}</span>
            <Link to="/sites" search={{ bench: [bench.id] }}>
              {sites(bench.siteCount)}
            </Link>
          </li>
        ))}
        {role === "PROXY" ? (
          <li className={classes.row}>
            <span className={classes.key}>Routes</span>
            <span className={classes.what}>every site, to the master that holds it</span>
          </li>
        ) : benches.length === 0 ? (
          <li className={classes.row}>
            <span className={classes.dim}>No bench yet</span>
          </li>
        ) : (
          <li className={classes.row}>
            <span className={classes.key}>In all</span>
            <span className={classes.what}>
              <Link to="/sites" search={{ server: [id] }}>
                {sites(siteCount)}
              </Link>
            </span>
          </li>
        )}
      </ul>
    </section>
  );
}

function sites(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "site" : "sites"}`;
}
