import { createRoute } from "@tanstack/react-router";
import { ServersPage } from "../../servers/ServersPage";
import { readServersSearch } from "../../servers/serversSearch";
import { shellRoute } from "./shell";

export const serversRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "servers",
  validateSearch: readServersSearch,
  component: ServersPage,
});
