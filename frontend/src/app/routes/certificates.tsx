import { createRoute } from "@tanstack/react-router";
import { CertificatesPage } from "../../certificates/CertificatesPage";
import { readCertificatesSearch } from "../../certificates/certificatesSearch";
import { shellRoute } from "./shell";

export const certificatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "certificates",
  validateSearch: readCertificatesSearch,
  component: CertificatesPage,
});
