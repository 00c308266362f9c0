import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
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
