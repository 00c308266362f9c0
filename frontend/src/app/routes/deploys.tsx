import { createRoute } from "@tanstack/react-router";
import { DeployPage } from "../../deploys/DeployPage";
import { DeploysPage } from "../../deploys/DeploysPage";
import { readDeploySearch, readDeploysSearch } from "../../deploys/deploySearch";
import { shellRoute } from "./shell";

export const deploysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "deploys",
  validateSearch: readDeploysSearch,
  component: DeploysPage,
});

export const deployRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "deploys/$deployId",
  validateSearch: readDeploySearch,
  component: DeployPage,
});
