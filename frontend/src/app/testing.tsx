import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import type { Role } from "../gql/schema";
import { Providers } from "./Providers";

/** What the fake server answers to an operation: its data, made from the variables, or errors. */
export type Answer = (variables: never) => Record<string, unknown> | { errors: FakeError[] };

/** An error as the server sends it. */
export interface FakeError {
  message: string;
  extensions: { code: string; field?: string };
}

/** One request that the page sent. */
export interface SentRequest {
  operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent
  variables: any;
  headers: Headers;
}

/** Answers that every page of somebody signed in needs. */
export const signedIn: Record<string, Answer> = {
  Me: () => ({
    me: { __typename: "Actor", name: "ana", role: "OPERATOR", mustChangePassword: false },
  }),
  Alerts: () => ({ alerts: [] }),
  Running: () => ({ actions: { __typename: "ActionConnection", totalCount: 0, nodes: [] } }),
};

/** The same for somebody of another role. */
export function signedInAs(role: Role): Record<string, Answer> {
  return { ...signedIn, Me: meAs(role) };
}

const meAs =
  (role: Role): Answer =>
  () => ({ me: { __typename: "Actor", name: "ana", role, mustChangePassword: false } });

/** A master with twelve sites that is set up and well, as lists and pages ask for it. */
export const master = {
  __typename: "Server",
  id: "1",
  name: "m-01",
  address: "10.0.1.1",
  port: 22,
  user: "root",
  role: "MASTER",
  status: "READY",
  statusReason: "",
  region: "",
  labels: [] as string[],
  proxy: null,
  hostKeyFingerprint: `SHA256:${"a".repeat(43)}`,
  siteCount: 12,
  closedToSites: false,
  closedWhy: "",
  createdAt: "2026-05-01T10:00:00Z",
  benches: [{ __typename: "Bench", id: "1", name: "shop", siteCount: 12 }],
  health: {
    __typename: "ServerHealth",
    state: "OK",
    since: null as string | null,
    at: null as string | null,
    reasons: [] as string[],
    latest: null as object | null,
  },
  facts: null,
  pair: null as object | null,
  alerts: [] as object[],
  changes: [] as object[],
};

/**
 * Renders the whole application at an address, with a fake server behind its real client. An operation
 * without an answer fails as INTERNAL, so that a forgotten one shows on the page.
 */
export function renderApp(address: string, answers: Record<string, Answer>) {
  const requests: SentRequest[] = [];
  const online = { now: true };
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    const { operationName, variables } = JSON.parse(String(init.body));
    requests.push({ operation: operationName, variables, headers: new Headers(init.headers) });
    if (!online.now) {
      throw new TypeError("Failed to fetch");
    }
    const answer = answers[operationName]?.(variables as never) ?? {
      errors: [{ message: `No answer to ${operationName}.`, extensions: { code: "INTERNAL" } }],
    };
    const body = "errors" in answer ? { data: null, ...answer } : { data: answer };
    return new Response(JSON.stringify(body), {
      status: 200,
      headers: { "content-type": "application/json" },
    });
  });
  const history = createMemoryHistory({ initialEntries: [address] });
  const view = render(<Providers history={history} env="test" />);
  return { ...view, history, requests, online };
}

/** An answer that refuses. */
export function refusal(code: string, message: string, field?: string): Answer {
  return () => ({ errors: [{ message, extensions: field ? { code, field } : { code } }] });
}
