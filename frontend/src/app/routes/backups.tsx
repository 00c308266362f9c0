import { createRoute } from "@tanstack/react-router";
import { BackupsPage } from "../../backups/BackupsPage";
import { shellRoute } from "./shell";

export const backupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "backups",
  component: BackupsPage,
});
