import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type FakeSockets, type Subscription, stubSockets } from "./fakeSocket";
import { type Answer, master, refusal, renderApp, signedInAs } from "./testing";

const blank = {
  __typename: "ActionEvent",
  at: "2026-05-01T10:00:05Z",
  kind: "LINE",
  step: "",
  stepStatus: null,
  text: "",
  stream: "stdout",
  host: "",
  taskStatus: "",
  percent: null,
  millis: null,
  status: null,
};

const file = "/etc/ssh/sshd_config.d/10-central.conf";

/** A preview that finds one file that somebody changed, and a command that it cannot look into. */
const found = [
  { stream: "diff", host: "m-01", text: `--- ${file}` },
  { stream: "diff", host: "m-01", text: "-MaxSessions 3" },
  { stream: "diff", host: "m-01", text: "+MaxSessions 10" },
  { kind: "TASK", step: "Server", text: "server : Harden it", host: "m-01", taskStatus: "changed" },
  { kind: "TASK", step: "Server", text: "server : Users", host: "m-01", taskStatus: "ok" },
  { kind: "TASK", step: "Server", text: "server : Keys", host: "m-01", taskStatus: "changed" },
  { stream: "central", text: "Setting it up again would change something in 2 tasks." },
  { kind: "STATUS", status: "SUCCEEDED" },
];

async function subscribed(sockets: FakeSockets, actionId: string): Promise<Subscription> {
  return await waitFor(() => {
    const one = sockets.subscriptions.find(({ variables }) => variables.actionId === actionId);
    expect(one).toBeDefined();
    return one as Subscription;
  });
}

function send(stream: Subscription, events: object[]) {
  act(() => {
    events.forEach((event, index) => {
      stream.next({ ...blank, seq: index + 1, ...event });
    });
  });
}

const action = (id: string) => ({ __typename: "Action", id });

/** A master that is set up; `usable` is the preview that the server takes now. */
function page(usable: () => string | null): Record<string, Answer> {
  return {
    ...signedInAs("ADMIN"),
    ServerPage: () => ({ server: master, actions: { __typename: "ActionConnection", nodes: [] } }),
    ServerSamples: () => ({ server: { __typename: "Server", id: "1", samples: [] } }),
    ServerActionPlan: () => {
      const id = usable();
      return {
        serverActionPlan: {
          __typename: "ServerActionPlan",
          title: "Set up m-01 as MASTER",
          does: ["Only what differs is changed."],
          confirm: false,
          needsPreview: true,
          preview: id ? action(id) : null,
          notes: [],
        },
      };
    },
    PreviewServer: () => ({ done: { __typename: "ServerActionPayload", action: action("901") } }),
    SetUpServerAgain: () => ({
      done: {
        __typename: "SetUpServerPayload",
        server: { __typename: "Server", id: "1", status: "SETTING_UP" },
        action: action("902"),
      },
    }),
    Action: () => ({ action: null }),
  };
}

describe("setting up a server again", () => {
  it("shows what would be changed before it can be begun, and goes by that preview", async () => {
    const user = userEvent.setup();
    const sockets = stubSockets();
    let usable: string | null = null;
    const { requests, history } = renderApp(
      "/servers/1?do=setUp",
      page(() => usable),
    );
    const dialog = within(await screen.findByRole("dialog"));
    const button = await dialog.findByRole("button", { name: "Set up m-01 as MASTER" });
    expect(button).toBeDisabled();
    expect(button).toHaveAttribute("title", "Look first at what would be changed");
    await user.click(dialog.getByRole("button", { name: "Preview" }));
    const stream = await subscribed(sockets, "901");
    send(stream, found.slice(0, 4));
    expect(button).toHaveAttribute("title", "The preview has not succeeded yet");
    usable = "901";
    send(stream, found);
    const changes = within(await dialog.findByRole("list", { name: "What would be changed" }));
    expect(changes.getAllByRole("listitem")).toHaveLength(2);
    expect(changes.getByText("-MaxSessions 3")).toHaveAttribute("data-is", "removed");
    expect(changes.getByText("+MaxSessions 10")).toHaveAttribute("data-is", "added");
    expect(changes.getByText(/It shows no difference/)).toBeInTheDocument();
    expect(changes.queryByText("Users")).not.toBeInTheDocument();
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/902"));
    const asked = requests.find(({ operation }) => operation === "SetUpServerAgain");
    expect(asked?.variables.input).toEqual({ serverId: "1", previewId: "901" });
  });

  it("goes by a preview that is there already, and says when it is too old by now", async () => {
    const user = userEvent.setup();
    const sockets = stubSockets();
    renderApp("/servers/1?do=setUp", {
      ...page(() => "900"),
      SetUpServerAgain: refusal("NOT_READY", "The preview of m-01 is more than an hour old.", ""),
    });
    const dialog = within(await screen.findByRole("dialog"));
    send(await subscribed(sockets, "900"), found);
    await user.click(await dialog.findByRole("button", { name: "Set up m-01 as MASTER" }));
    expect(await dialog.findByText(/more than an hour old/)).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "Preview again" })).toBeEnabled();
  });

  it("cannot be begun by a preview that failed", async () => {
    const user = userEvent.setup();
    const sockets = stubSockets();
    renderApp(
      "/servers/1?do=setUp",
      page(() => null),
    );
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(await dialog.findByRole("button", { name: "Preview" }));
    send(await subscribed(sockets, "901"), [
      { kind: "STATUS", status: "FAILED", text: "m-01 cannot be reached." },
    ]);
    expect(await dialog.findByRole("alert")).toHaveTextContent("m-01 cannot be reached.");
    expect(dialog.getByRole("button", { name: "Set up m-01 as MASTER" })).toBeDisabled();
  });
});
