import { createRoute } from "@tanstack/react-router";
import { DeployPage } from "../../deploys/DeployPage";
import { DeploysPage } from "../../deploys/DeploysPage";
import { shellRoute } from "./shell";

export const deploysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "deploys",
  component: DeploysPage,
});

export const deployRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "deploys/$deployId",
  component: DeployPage,
});
