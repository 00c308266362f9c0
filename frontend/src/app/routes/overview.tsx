import { createRoute } from "@tanstack/react-router";
import { OverviewPage } from "../../overview/OverviewPage";
import { shellRoute } from "./shell";

export const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: OverviewPage,
});
