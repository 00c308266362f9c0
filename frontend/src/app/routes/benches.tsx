import { createRoute } from "@tanstack/react-router";
import { BenchesPage } from "../../benches/BenchesPage";
import { shellRoute } from "./shell";

export const benchesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "benches",
  component: BenchesPage,
});
