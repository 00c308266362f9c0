import { createRoute } from "@tanstack/react-router";
import { backOf } from "../../session/back";
import { LoginPage } from "../../session/LoginPage";
import { PasswordPage } from "../../session/PasswordPage";
import { rootRoute } from "./shell";

interface SessionSearch {
  /** Where to go on after signing in; only addresses inside Central. */
  back?: string;
  /** The password in force is a one-time password. */
  once?: true;
}

function validateSearch(search: Record<string, unknown>): SessionSearch {
  const back = backOf(search.back);
  return {
    ...(back === "/" ? {} : { back }),
    ...(search.once === true ? { once: true } : {}),
  };
}

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "login",
  validateSearch,
  component: LoginPage,
});

export const passwordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "password",
  validateSearch,
  component: PasswordPage,
});
