import { createRoute } from "@tanstack/react-router";
import { AdoptLink } from "../../adopt/AdoptLink";
import { ServerActions } from "../../server-actions/ServerActions";
import { ServerPage } from "../../server-page/ServerPage";
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
  validateSearch: readServerSearch,
  component: () => (
    <ServerPage
      actions={(server) => (
        <>
          <AdoptLink server={server} />
          <ServerActions server={server} />
        </>
      )}
    />
  ),
});
