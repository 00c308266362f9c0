import { createRootRoute, createRoute } from "@tanstack/react-router";
import { CrashPanel } from "../CrashPanel";
import { NotFound } from "../NotFound";
import { Shell } from "../Shell";

/** The root of all routes: no frame, only what happens when a page breaks or does not exist. */
export const rootRoute = createRootRoute({
  errorComponent: ({ error, reset }) => <CrashPanel error={error} reset={reset} />,
  notFoundComponent: NotFound,
});

/** The frame around every page of somebody who is signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Shell,
});
