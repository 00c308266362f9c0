import { createRoute } from "@tanstack/react-router";
import { PairPage } from "../../pairs/PairPage";
import { PairsPage } from "../../pairs/PairsPage";
import { readPairSearch, readPairsSearch } from "../../pairs/pairsSearch";
import { NewServer } from "../../servers/NewServer";
import { shellRoute } from "./shell";

export const pairsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "pairs",
  validateSearch: readPairsSearch,
  component: () => <PairsPage newServer={(form) => <NewServer {...form} />} />,
});

export const pairRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "pairs/$pairId",
  validateSearch: readPairSearch,
  component: PairPage,
});
