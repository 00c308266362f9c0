import { Button } from "@mantine/core";
import { IconPlus, IconServer2 } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { ServersQuery as ServersAnswer } from "../gql/graphql";
import { Copy } from "../ui/Copy";
import classes from "../ui/cells.module.css";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { serverLooks } from "../ui/tones";
import { AddServerForm } from "./AddServerForm";
import { PinHostKeyDialog } from "./PinHostKeyDialog";
import { roleWords } from "./roles";
import { ServerHealthCell } from "./ServerHealthCell";
import type { ServersSearch } from "./serversSearch";

const ServersQuery = graphql(/* GraphQL */ `
  query Servers {
    servers {
      id
      name
      address
      port
      user
      role
      status
      statusReason
      hostKeyFingerprint
      siteCount
      closedToSites
      closedWhy
      createdAt
      proxy {
        routes
        checkedAt
      }
      benches {
        id
        name
      }
      pair {
        id
        name
      }
      ...ServerHealthCell_server
    }
    publicKey
  }
`);

/** A server as the list knows it. */
export type Server = ServersAnswer["servers"][number];

/** Every machine that Central reaches, what is known of it, and how to add one. */
export function ServersPage() {
  const me = useMe();
  const search = useSearch({ from: "/shell/servers" });
  const navigate = useNavigate({ from: "/servers" });
  const open = (next: ServersSearch) => void navigate({ search: next });
  const [{ data, error }, again] = usePolledQuery({ query: ServersQuery, every: 5000 });
  const servers = data?.servers;
  const admin = may(me.role, "ADMIN");
  const refused = admin ? undefined : "Administrators may do this; you may look";
  const pinning = servers?.find(({ id }) => id === search.pin);
  const setUp = (serverId: string) =>
    void navigate({ to: "/servers/$serverId", params: { serverId }, search: { do: "setUp" } });

  const columns: Column<Server>[] = [
    {
      key: "status",
      header: "State",
      width: "150px",
      cell: ({ status }) => <StatusBadge look={serverLooks[status]} />,
    },
    {
      key: "name",
      header: "Server",
      width: "18%",
      wrap: true,
      cell: (server) => (
        <>
          <Link
            to="/servers/$serverId"
            params={{ serverId: server.id }}
            className={`${classes.name} ${classes.link}`}
          >
            {server.name}
          </Link>
          {server.statusReason ? (
            <div className={classes.reason} data-tone={serverLooks[server.status].tone}>
              {server.statusReason}
            </div>
          ) : null}
          {server.closedToSites ? (
            <div className={classes.reason} data-tone="wait">
              Closed to new sites{server.closedWhy ? `: ${server.closedWhy}` : ""}
            </div>
          ) : null}
          {server.proxy ? (
            <div className={classes.reason}>
              {server.proxy.routes.toLocaleString("en")} routes
              {server.proxy.checkedAt ? (
                <>
                  , looked at <RelativeTime at={server.proxy.checkedAt} />
                </>
              ) : null}
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: "health",
      header: "Health",
      width: "270px",
      cell: (server) => <ServerHealthCell server={server} />,
    },
    { key: "role", header: "Role", cell: (server) => <RoleCell server={server} /> },
    {
      key: "address",
      header: "Address",
      width: "190px",
      cell: (server) => (
        <Copy
          value={`${server.user}@${server.address}${server.port === 22 ? "" : `:${server.port}`}`}
          what="address"
        />
      ),
    },
    {
      key: "benches",
      header: "Benches",
      align: "right",
      cell: ({ benches }) => benches.length || "–",
    },
    {
      key: "sites",
      header: "Sites",
      align: "right",
      cell: (server) =>
        server.siteCount > 0 ? (
          <Link to="/sites" search={{ server: [server.id] }} className={classes.link}>
            {server.siteCount.toLocaleString("en")}
          </Link>
        ) : (
          "–"
        ),
    },
    {
      key: "added",
      header: "Added",
      align: "right",
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    {
      key: "actions",
      header: "",
      align: "right",
      width: "1%",
      cell: (server) => (
        <span className={classes.actions}>
          {server.status === "HOST_KEY_CHANGED" ? (
            <Button
              size="compact-xs"
              color="red"
              disabled={!admin}
              title={refused}
              onClick={() => open({ pin: server.id })}
            >
              Look at the host key…
            </Button>
          ) : server.status === "NEW" || server.status === "FAILED" ? (
            <Button
              size="compact-xs"
              disabled={!admin}
              title={refused}
              onClick={() => setUp(server.id)}
            >
              Set up…
            </Button>
          ) : null}
        </span>
      ),
    },
  ];

  const add = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => open({ add: true })}
      disabled={!admin}
      title={refused}
    >
      Add a server
    </Button>
  );
  return (
    <>
      <PageHeader title="Servers" count={servers?.length} actions={add} />
      {error && !servers ? (
        <ErrorPanel
          title="The servers could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : (
        <DataTable
          label="Servers"
          columns={columns}
          rows={servers}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={<IconServer2 size={20} />} title="No server yet" action={add}>
              Add a bare Debian machine: a master holds benches and their databases, a proxy routes
              host names to masters.
            </EmptyState>
          }
        />
      )}
      {search.add ? (
        <AddServerForm
          publicKey={data?.publicKey ?? ""}
          names={servers?.map(({ name }) => name) ?? []}
          onClose={() => open({})}
          onAdded={setUp}
        />
      ) : null}
      {pinning ? (
        <PinHostKeyDialog
          server={pinning}
          onClose={() => open({})}
          onPinned={() => setUp(pinning.id)}
        />
      ) : null}
    </>
  );
}

function RoleCell({ server: { role, pair } }: { server: Server }) {
  return pair ? (
    <>
      {roleWords[role].name} of{" "}
      <Link to="/pairs/$pairId" params={{ pairId: pair.id }} search={{}} className={classes.link}>
        {pair.name}
      </Link>
    </>
  ) : (
    roleWords[role].name
  );
}
