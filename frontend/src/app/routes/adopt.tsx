import { createRoute } from "@tanstack/react-router";
import { AdoptPage } from "../../adopt/AdoptPage";
import { shellRoute } from "./shell";

export const adoptRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "servers/$serverId/adopt",
  component: AdoptPage,
});
