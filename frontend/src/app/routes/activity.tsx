import { createRoute } from "@tanstack/react-router";
import { ActionPage } from "../../activity/ActionPage";
import { ActionsPage } from "../../activity/ActionsPage";
import { shellRoute } from "./shell";

export const actionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "activity",
  component: ActionsPage,
});

export const actionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "activity/$actionId",
  component: ActionPage,
});
