import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconDatabase,
  IconFiles,
  IconLoader2,
  IconRoute,
  IconServer2,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { databasesLink, type Link as Follows, filesLink } from "../ui/pairLinks";
import { StatusBadge } from "../ui/StatusBadge";
import { useNow } from "../ui/time";
import { serverLooks, type Tone } from "../ui/tones";
import classes from "./PairDrawing.module.css";
import type { Pair, ProxyServer } from "./pair";

const marks: Record<Tone, typeof IconLoader2> = {
  done: IconCircleCheckFilled,
  run: IconLoader2,
  wait: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  idle: IconCircleDashed,
};

/** Of more proxies than this the others are counted. */
const namedProxies = 4;

/**
 * A pair as it stands: the proxies that send visitors to its master, the master, the slave, and on the lines between
 * them how far the databases are behind and how old the mirror of the files is.
 */
export function PairDrawing({
  pair,
  proxies,
  large = false,
}: {
  pair: Pair;
  proxies: readonly ProxyServer[];
  large?: boolean;
}) {
  const now = useNow();
  const databases = databasesLink(pair, now);
  const files = filesLink(pair, now);
  const { master, slave } = pair;
  return (
    <figure
      className={classes.drawing}
      data-large={large || undefined}
      aria-label={`${master.name} is the master, ${slave.name} the slave. Databases: ${databases.text}. Files: ${files.text}.`}
    >
      <Proxies proxies={proxies} master={master.name} />
      <div className={classes.pair}>
        <ServerBox server={master} is="Master">
          <Link to="/sites" search={{ server: [master.id] }} className={classes.count}>
            {count(master.siteCount, "site")}
          </Link>
          {" on "}
          {count(master.benches.length, "bench", "benches")}
        </ServerBox>
        <div className={classes.lines}>
          <Line icon={IconDatabase} what="Databases" link={databases} />
          <Line icon={IconFiles} what="Files" link={files} />
        </div>
        <ServerBox server={slave} is="Slave">
          {standing(pair, databases)}
        </ServerBox>
      </div>
    </figure>
  );
}

function Proxies({ proxies, master }: { proxies: readonly ProxyServer[]; master: string }) {
  if (proxies.length === 0) {
    return (
      <div className={classes.proxies} data-none>
        <IconRoute size={15} aria-hidden />
        No proxy sends visitors to {master} yet
      </div>
    );
  }
  const rest = proxies.length - namedProxies;
  return (
    <div className={classes.proxies}>
      <ul>
        {proxies.slice(0, namedProxies).map(({ id, name, status }) => (
          <li key={id} title={`Proxy, ${serverLooks[status].word.toLowerCase()}`}>
            <IconRoute size={14} aria-hidden />
            <span className={classes.mono}>{name}</span>
            {status === "READY" ? null : <StatusBadge look={serverLooks[status]} quiet />}
          </li>
        ))}
        {rest > 0 ? <li>and {count(rest, "proxy", "proxies")} more</li> : null}
      </ul>
      <span className={classes.down} aria-hidden />
    </div>
  );
}

function ServerBox({
  server,
  is,
  children,
}: {
  server: Pair["master"] | Pair["slave"];
  is: "Master" | "Slave";
  children: ReactNode;
}) {
  return (
    <div className={classes.server} data-role={is}>
      <span className={classes.role}>
        <IconServer2 size={14} aria-hidden />
        {is}
        {server.status === "READY" ? null : <StatusBadge look={serverLooks[server.status]} quiet />}
      </span>
      <Link
        to="/servers/$serverId"
        params={{ serverId: server.id }}
        search={{}}
        className={classes.name}
      >
        {server.name}
      </Link>
      <span className={classes.address}>{server.address}</span>
      <span className={classes.facts}>{children}</span>
    </div>
  );
}

function Line({
  icon: Icon,
  what,
  link,
}: {
  icon: typeof IconLoader2;
  what: string;
  link: Follows;
}) {
  const Mark = marks[link.tone];
  return (
    <div
      className={classes.line}
      data-tone={link.tone}
      data-cut={link.follows ? undefined : true}
      title={link.detail || undefined}
    >
      <span className={classes.label}>
        <Icon size={14} aria-hidden />
        {what}
        <span className={classes.state}>
          <Mark size={13} aria-hidden />
          {link.text}
        </span>
      </span>
      <span className={classes.arrow} aria-hidden />
    </div>
  );
}

/** What the slave is good for now. */
function standing({ status, statusReason }: Pair, databases: Follows): string {
  switch (status) {
    case "NEW":
      return "waits to be set up";
    case "SETTING_UP":
      return "becomes a copy";
    case "DISSOLVING":
      return "becomes a server alone";
    case "SWITCHING":
      return "switching";
    case "FAILED_OVER":
      return "kept out";
    case "FAILED":
      return statusReason ? "needs a look" : "may not take over";
    case "READY":
      return databases.tone === "done" ? "ready to take over" : "may be behind";
  }
}

function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : nouns}`;
}
