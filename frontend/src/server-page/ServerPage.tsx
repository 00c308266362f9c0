import { Skeleton } from "@mantine/core";
import { IconAlertTriangleFilled, IconServerOff } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { ServerPageQuery as ServerPageAnswer } from "../gql/graphql";
import type { ServerRole } from "../gql/schema";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { SitesGlance } from "../ui/SitesGlance";
import { StatusBadge } from "../ui/StatusBadge";
import { healthLooks, serverLooks } from "../ui/tones";
import { ChartsSection } from "./ChartsSection";
import { Contents } from "./Contents";
import { Facts } from "./Facts";
import { History } from "./History";
import { Now } from "./Now";
import classes from "./ServerPage.module.css";

const ServerPageQuery = graphql(/* GraphQL */ `
  query ServerPage($id: ID!) {
    server(id: $id) {
      id
      name
      role
      status
      statusReason
      siteCount
      closedToSites
      closedWhy
      health {
        state
        since
        at
      }
      alerts {
        id
        severity
        sentence
        raisedAt
      }
      ...Now_server
      ...Contents_server
      ...Facts_server
      ...History_server
    }
    actions(first: 50, filter: { serverId: $id }) {
      nodes {
        id
        ...History_action
      }
    }
  }
`);

/** A server as its page knows it. */
export type PageServer = NonNullable<ServerPageAnswer["server"]>;

const roleWords: Record<ServerRole, string> = { MASTER: "Master", SLAVE: "Slave", PROXY: "Proxy" };

const route = getRouteApi("/shell/servers/$serverId");

/** Is this server all right, what lives on it, and what happened to it. `actions` makes its buttons. */
export function ServerPage({ actions }: { actions?: (server: PageServer) => ReactNode }) {
  const { serverId } = route.useParams();
  const { range = "DAY" } = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, again] = usePolledQuery({
    query: ServerPageQuery,
    variables: { id: serverId },
    every: 5000,
  });
  if (error && !data) {
    return (
      <>
        <PageHeader title="Server" />
        <ErrorPanel
          title="The server could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (!data) {
    return (
      <div className={classes.page} aria-busy>
        <Skeleton height={40} width={260} />
        <Skeleton height={80} radius={10} />
        <Skeleton height={200} radius={10} />
      </div>
    );
  }
  const { server } = data;
  if (!server) {
    return (
      <EmptyState icon={<IconServerOff size={22} />} title="There is no such server">
        It may never have been on record. <Link to="/servers">All servers</Link>
      </EmptyState>
    );
  }
  return (
    <>
      <PageHeader
        title={server.name}
        badge={<ServerBadge server={server} />}
        description={
          <>
            {roleWords[server.role]}
            {server.role === "PROXY" ? null : ` · ${sites(server.siteCount)}`}
            {server.closedToSites
              ? ` · closed to new sites${server.closedWhy ? `: ${server.closedWhy}` : ""}`
              : ""}
            {server.health.at ? (
              <>
                {" "}
                · looked at <RelativeTime at={server.health.at} />
              </>
            ) : null}
          </>
        }
        actions={actions?.(server)}
      />
      <div className={classes.page}>
        <Reasons server={server} />
        <Now server={server} />
        <ChartsSection
          serverId={server.id}
          range={range}
          onRange={(next) =>
            void navigate({
              search: ({ range: _, ...rest }) =>
                next === "MONTH" ? { ...rest, range: next } : rest,
              replace: true,
            })
          }
        />
        <div className={classes.columns}>
          <Contents server={server} />
          <History server={server} actions={data.actions.nodes} />
        </div>
        {server.siteCount > 0 ? <SitesGlance on={{ server: server.id }} /> : null}
        <Facts server={server} />
      </div>
    </>
  );
}

/** Its health where it is watched, else what keeps it from that. */
function ServerBadge({ server }: { server: PageServer }) {
  return server.status === "READY" ? (
    <StatusBadge look={healthLooks[server.health.state]} />
  ) : (
    <StatusBadge look={serverLooks[server.status]} />
  );
}

/** What is wrong, the worst first; nothing when all is well. */
function Reasons({ server }: { server: PageServer }) {
  if (server.alerts.length === 0 && server.statusReason === "") {
    return null;
  }
  const bad =
    server.alerts.some(({ severity }) => severity === "CRITICAL") || server.statusReason !== "";
  return (
    <ul className={classes.reasons} data-tone={bad ? "bad" : "wait"} aria-label="What is wrong">
      {server.statusReason ? (
        <li>
          <IconAlertTriangleFilled size={16} aria-hidden />
          {server.statusReason}
        </li>
      ) : null}
      {server.alerts.map(({ id, sentence, raisedAt }) => (
        <li key={id}>
          <IconAlertTriangleFilled size={16} aria-hidden />
          {sentence}
          <RelativeTime at={raisedAt} />
        </li>
      ))}
    </ul>
  );
}

function sites(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "site" : "sites"}`;
}
