import { createRoute } from "@tanstack/react-router";
import { AppsPage } from "../../apps/AppsPage";
import { readAppsSearch } from "../../apps/appsSearch";
import { shellRoute } from "./shell";

export const appsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "apps",
  validateSearch: readAppsSearch,
  component: AppsPage,
});
