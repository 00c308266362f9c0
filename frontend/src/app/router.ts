import { createRouter } from "@tanstack/react-router";
import { routeTree } from "./routes";

/** The router of the whole application; every view has an address. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: false,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
