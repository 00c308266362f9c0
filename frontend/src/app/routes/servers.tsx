import { createRoute, getRouteApi } from "@tanstack/react-router";
import { AdoptLink } from "../../adopt/AdoptLink";
import { CloseButton } from "../../placement/CloseButton";
import { ServerActions } from "../../server-actions/ServerActions";
import { readServerActionSearch } from "../../server-actions/serverActions";
import { type PageServer, ServerPage } from "../../server-page/ServerPage";
import { readServerSearch } from "../../server-page/serverSearch";
import { ServersPage } from "../../servers/ServersPage";
import { readServersSearch } from "../../servers/serversSearch";
import { shellRoute } from "./shell";

export const serversRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "servers",
  validateSearch: readServersSearch,
  component: ServersPage,
});

export const serverRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "servers/$serverId",
  validateSearch: (search: Record<string, unknown>) => ({
    ...readServerSearch(search),
    ...readServerActionSearch(search),
  }),
  component: () => <ServerPage actions={(server) => <Actions server={server} />} />,
});

const page = getRouteApi("/shell/servers/$serverId");

/** The buttons of a server's page. Which of their dialogs is open stands in its address, beside the range of the charts. */
function Actions({ server }: { server: PageServer }) {
  const { range, ...search } = page.useSearch();
  const navigate = page.useNavigate();
  return (
    <>
      <AdoptLink server={server} />
      {server.role === "PROXY" ? null : <CloseButton of={server} kind="server" />}
      <ServerActions
        server={server}
        search={search}
        onOpen={(next) => void navigate({ search: { ...(range ? { range } : {}), ...next } })}
      />
    </>
  );
}
