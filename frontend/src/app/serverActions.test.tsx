import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, master, refusal, renderApp, signedInAs } from "./testing";

const blocking = {
  __typename: "ServerNote",
  severity: "BLOCKING",
  message: "m-01 is the master of the pair shop: switch over first.",
  field: "input.withSites",
};

/** An administrator before a master of a pair. */
const page: Record<string, Answer> = {
  ...signedInAs("ADMIN"),
  ServerPage: () => ({ server: master, actions: { __typename: "ActionConnection", nodes: [] } }),
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
      needsPreview: false,
      preview: null,
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
          needsPreview: false,
          preview: null,
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
    renderApp("/servers/1", { ...page, ...signedInAs("OPERATOR") });
    await user.click(await screen.findByRole("button", { name: "Actions" }));
    const reboot = await screen.findByRole("menuitem", { name: "Reboot…" });
    expect(reboot).toBeDisabled();
    expect(reboot).toHaveAttribute("title", "Administrators may do this; you may look");
    expect(screen.getByRole("menuitem", { name: "Check it…" })).toBeEnabled();
  });

  it("has an address: it opens what can be done, and says who may when somebody else follows it", async () => {
    const user = userEvent.setup();
    const { history, unmount } = renderApp("/servers/1?range=MONTH", page);
    await choose(user, "Restart nginx…");
    expect(history.location.search).toBe("?range=MONTH&do=restart&service=NGINX");
    await user.click(screen.getByRole("button", { name: "Leave it" }));
    await waitFor(() => expect(history.location.search).toBe("?range=MONTH"));
    unmount();
    renderApp("/servers/1?do=reboot", { ...page, ...signedInAs("OPERATOR") });
    const dialog = within(await screen.findByRole("dialog"));
    expect(
      await dialog.findByText("Administrators may do this; you may look."),
    ).toBeInTheDocument();
    await user.type(dialog.getByRole("textbox"), "m-01");
    expect(dialog.getByRole("button", { name: "Reboot m-01" })).toBeDisabled();
  });

  it("begins with the set-up of a server that has none, or whose last one failed", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/servers/1", {
      ...page,
      ServerPage: () => ({
        server: { ...master, status: "FAILED", statusReason: "No space left on device." },
        actions: { __typename: "ActionConnection", nodes: [] },
      }),
      ServerActionPlan: () => ({
        serverActionPlan: {
          __typename: "ServerActionPlan",
          title: "Set up m-01 as MASTER",
          does: ["Then MariaDB is installed."],
          confirm: false,
          needsPreview: false,
          preview: null,
          notes: [],
        },
      }),
      SetUpServerAgain: () => ({
        done: {
          __typename: "SetUpServerPayload",
          server: { __typename: "Server", id: "1", status: "SETTING_UP" },
          action: { __typename: "Action", id: "900" },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Set up…" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("Then MariaDB is installed.")).toBeInTheDocument();
    await user.click(dialog.getByRole("button", { name: "Set up m-01 as MASTER" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    const asked = requests.find(({ operation }) => operation === "SetUpServerAgain");
    expect(asked?.variables).toEqual({ input: { serverId: "1" } });
  });
});
