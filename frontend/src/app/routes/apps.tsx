import { createRoute } from "@tanstack/react-router";
import { AppsPage } from "../../apps/AppsPage";
import { shellRoute } from "./shell";

export const appsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "apps",
  component: AppsPage,
});
