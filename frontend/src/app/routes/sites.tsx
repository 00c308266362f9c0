import { createRoute } from "@tanstack/react-router";
import { SiteBackups } from "../../backups/SiteBackups";
import { BulkDialog } from "../../bulk/BulkDialog";
import { DeployPanel } from "../../deploy-form/DeployPanel";
import { CreateSitePage } from "../../site-create/CreateSitePage";
import { SitePage } from "../../site-page/SitePage";
import { readSiteSearch } from "../../site-page/siteDeeds";
import { SitesPage } from "../../sites/SitesPage";
import { readSitesSearch } from "../../sites/sitesSearch";
import { shellRoute } from "./shell";

export const sitesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sites",
  validateSearch: readSitesSearch,
  component: () => (
    <SitesPage
      deployForm={(props) => <DeployPanel {...props} />}
      changeForm={(props) => <BulkDialog {...props} />}
    />
  ),
});

export const createSiteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sites/new",
  component: CreateSitePage,
});

export const siteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sites/$siteId",
  validateSearch: readSiteSearch,
  component: () => <SitePage sections={(site) => <SiteBackups site={site} />} />,
});
