import { createRouter, type RouterHistory, stringifySearchWith } from "@tanstack/react-router";
import { routeTree } from "./routes";

/** The router of the whole application; every view has an address. Tests give it a history in memory. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history ? { history } : {}),
    defaultPreload: false,
    scrollRestoration: true,
    // `?site=12`, not `?site="12"`: whoever reads an address takes numbers for texts.
    stringifySearch: stringifySearchWith(JSON.stringify),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
