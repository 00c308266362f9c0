import { createRoute } from "@tanstack/react-router";
import { ActionPage } from "../../activity/ActionPage";
import { ActionsPage } from "../../activity/ActionsPage";
import { readActionSearch, readActivitySearch } from "../../activity/activitySearch";
import { shellRoute } from "./shell";

export const actionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "activity",
  validateSearch: readActivitySearch,
  component: ActionsPage,
});

export const actionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "activity/$actionId",
  validateSearch: readActionSearch,
  component: ActionPage,
});
