import { createRoute } from "@tanstack/react-router";
import { BenchesPage } from "../../benches/BenchesPage";
import { readBenchesSearch } from "../../benches/benchesSearch";
import { shellRoute } from "./shell";

export const benchesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "benches",
  validateSearch: readBenchesSearch,
  component: BenchesPage,
});
