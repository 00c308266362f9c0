import { createRoute } from "@tanstack/react-router";
import { BenchesPage } from "../../benches/BenchesPage";
import { BenchPage } from "../../benches/BenchPage";
import { readBenchesSearch } from "../../benches/benchesSearch";
import { readBenchSearch } from "../../benches/benchSearch";
import { CloseButton } from "../../placement/CloseButton";
import { shellRoute } from "./shell";

export const benchesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "benches",
  validateSearch: readBenchesSearch,
  component: () => <BenchesPage actions={(bench) => <CloseButton of={bench} kind="bench" />} />,
});

export const benchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "benches/$benchId",
  validateSearch: readBenchSearch,
  component: BenchPage,
});
