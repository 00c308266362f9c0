import { createRoute } from "@tanstack/react-router";
import { AuditPage } from "../../audit/AuditPage";
import { shellRoute } from "./shell";

export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "audit",
  component: AuditPage,
});
