import { createRoute } from "@tanstack/react-router";
import { DeployPanel } from "../../deploy-form/DeployPanel";
import { CreateSitePage } from "../../site-create/CreateSitePage";
import { SitesPage } from "../../sites/SitesPage";
import { readSitesSearch } from "../../sites/sitesSearch";
import { shellRoute } from "./shell";

export const sitesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sites",
  validateSearch: readSitesSearch,
  component: () => <SitesPage deployForm={(props) => <DeployPanel {...props} />} />,
});

export const createSiteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sites/new",
  component: CreateSitePage,
});
