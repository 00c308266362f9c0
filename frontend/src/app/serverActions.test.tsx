import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, refusal, renderApp, signedIn } from "./testing";

const server = {
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
  labels: [],
  hostKeyFingerprint: `SHA256:${"a".repeat(43)}`,
  siteCount: 12,
  createdAt: "2026-05-01T10:00:00Z",
  health: {
    __typename: "ServerHealth",
    state: "OK",
    since: null,
    at: null,
    reasons: [],
    latest: null,
  },
  facts: null,
  pair: null,
  benches: [],
  alerts: [],
  changes: [],
};

const blocking = {
  __typename: "ServerNote",
  severity: "BLOCKING",
  message: "m-01 is the master of the pair shop: switch over first.",
  field: "input.withSites",
};

/** An administrator before a master of a pair. */
const page: Record<string, Answer> = {
  ...signedIn,
  Me: () => ({
    me: { __typename: "Actor", name: "ana", role: "ADMIN", mustChangePassword: false },
  }),
  ServerPage: () => ({ server, actions: { __typename: "ActionConnection", nodes: [] } }),
  ServerSamples: () => ({ server: { __typename: "Server", id: "1", samples: [] } }),
  ServerServices: () => ({
    server: { __typename: "Server", id: "1", services: ["MARIADB", "NGINX"] },
  }),
  ServerActionPlan: ({ input }: { input: { kind: string; withSites: boolean } }) => ({
    serverActionPlan: {
      __typename: "ServerActionPlan",
      title: "Reboot m-01",
      does: ["The machine is started anew."],
      confirm: true,
      notes: input.withSites ? [] : [blocking],
    },
  }),
  Action: () => ({ action: null }),
};

const choose = async (user: ReturnType<typeof userEvent.setup>, name: string) => {
  await user.click(await screen.findByRole("button", { name: "Actions" }));
  await user.click(await screen.findByRole("menuitem", { name }));
  const dialog = await screen.findByRole("dialog");
  return within(dialog);
};

describe("what can be done to a server", () => {
  it("is said before, asks for the name where it hurts, and leads to where it can be watched", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/servers/1", {
      ...page,
      RebootServer: () => ({
        done: {
          __typename: "ServerActionPayload",
          action: { __typename: "Action", id: "900" },
        },
      }),
    });
    const dialog = await choose(user, "Reboot…");
    expect(await dialog.findByText("The machine is started anew.")).toBeInTheDocument();
    expect(dialog.getByText(blocking.message)).toBeInTheDocument();
    await user.type(dialog.getByRole("textbox"), "m-01");
    expect(dialog.getByRole("button", { name: "Reboot m-01" })).toBeDisabled();
    await user.click(dialog.getByRole("checkbox", { name: /with its sites/ }));
    await waitFor(() => expect(dialog.queryByText(blocking.message)).not.toBeInTheDocument());
    expect(dialog.getByRole("textbox")).toHaveValue("m-01");
    await waitFor(() => expect(dialog.getByRole("button", { name: "Reboot m-01" })).toBeEnabled());
    await user.click(dialog.getByRole("button", { name: "Reboot m-01" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    const asked = requests.find(({ operation }) => operation === "RebootServer");
    expect(asked?.variables.input).toEqual({
      serverId: "1",
      confirmName: "m-01",
      withSites: true,
    });
  });

  it("is refused in place, and nothing is begun", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/servers/1", {
      ...page,
      ServerActionPlan: () => ({
        serverActionPlan: {
          __typename: "ServerActionPlan",
          title: "Restart nginx on m-01",
          does: ["nginx is stopped and started."],
          confirm: false,
          notes: [],
        },
      }),
      RestartService: refusal("CONFLICT", "A deploy is under way on m-01.", "input.serverId"),
    });
    const dialog = await choose(user, "Restart nginx…");
    await user.click(await dialog.findByRole("button", { name: "Restart nginx on m-01" }));
    expect(await dialog.findByText(/A deploy is under way/)).toBeInTheDocument();
    expect(history.location.pathname).toBe("/servers/1");
  });

  it("is grey with its reason for those who may not", async () => {
    const user = userEvent.setup();
    renderApp("/servers/1", { ...page, Me: signedIn.Me as Answer });
    await user.click(await screen.findByRole("button", { name: "Actions" }));
    const reboot = await screen.findByRole("menuitem", { name: "Reboot…" });
    expect(reboot).toBeDisabled();
    expect(reboot).toHaveAttribute("title", "Administrators may do this");
    expect(screen.getByRole("menuitem", { name: "Check it…" })).toBeEnabled();
  });
});
