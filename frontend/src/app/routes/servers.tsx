import { createRoute } from "@tanstack/react-router";
import { ServersPage } from "../../servers/ServersPage";
import { shellRoute } from "./shell";

export const serversRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "servers",
  component: ServersPage,
});
