import { createRoute } from "@tanstack/react-router";
import { AuditPage } from "../../audit/AuditPage";
import { readAuditSearch } from "../../audit/auditSearch";
import { shellRoute } from "./shell";

export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "audit",
  validateSearch: readAuditSearch,
  component: AuditPage,
});
