import { createRouter, type RouterHistory } from "@tanstack/react-router";
import { routeTree } from "./routes";

/** The router of the whole application; every view has an address. Tests give it a history in memory. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history ? { history } : {}),
    defaultPreload: false,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
