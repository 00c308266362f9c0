import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type FakeSockets, type Subscription, stubSockets } from "./fakeSocket";
import { renderApp, signedIn } from "./testing";

function action(change: object = {}) {
  return {
    __typename: "Action",
    id: "500",
    kind: "SET_UP_SERVER",
    status: "RUNNING",
    title: "Set up two masters",
    actorName: "ana",
    percent: 10,
    step: "",
    errorCode: "",
    errorMessage: "",
    attempt: 1,
    downSeconds: null as number | null,
    createdAt: "2026-05-01T10:00:00Z",
    startedAt: "2026-05-01T10:00:01Z",
    finishedAt: null,
    server: null,
    site: null,
    deploy: null,
    waitsFor: [] as object[],
    children: [] as object[],
    ...change,
  };
}

function part(id: string, title: string, status: string, ...waitsFor: object[]) {
  const { createdAt, actorName, attempt, ...rest } = action();
  return {
    ...rest,
    id,
    title,
    status,
    waitsFor,
    finishedAt: status === "SUCCEEDED" ? "2026-05-01T10:00:40Z" : null,
    startedAt: status === "QUEUED" ? null : "2026-05-01T10:00:01Z",
  };
}

function open(address: string, one: object) {
  const sockets = stubSockets();
  return { sockets, ...renderApp(address, { ...signedIn, Action: () => ({ action: one }) }) };
}

async function subscribed(sockets: FakeSockets): Promise<Subscription> {
  return await waitFor(() => {
    const found = sockets.subscriptions.find(({ field }) => field === "actionOutput");
    expect(found).toBeDefined();
    return found as Subscription;
  });
}

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

/** Sends events in order, numbered from `from`. */
function send(subscription: Subscription, from: number, events: object[]) {
  act(() => {
    events.forEach((event, index) => {
      subscription.next({ ...blank, seq: from + index, ...event });
    });
  });
}

const task = (step: string, text: string, host: string, taskStatus: string, millis = 900) => ({
  kind: "TASK",
  step,
  text,
  host,
  taskStatus,
  millis,
});

describe("the tasks of an action", () => {
  it("are a grid of plays, tasks and hosts that follows what happens", async () => {
    const user = userEvent.setup();
    const { sockets, history } = open("/activity/500", action());
    const stream = await subscribed(sockets);
    send(stream, 1, [
      { kind: "STATUS", status: "RUNNING" },
      task("Server", "Install packages", "m-01", "changed", 4200),
      { host: "m-02", text: "Reading package lists" },
      task("Server", "Install packages", "m-02", "ok"),
      task("Master", "Install MariaDB", "m-01", "ok"),
      { kind: "PROGRESS", text: "Install MariaDB", percent: 40 },
    ]);
    const grid = await screen.findByRole("region", { name: "Tasks" });
    const columns = within(grid).getAllByRole("columnheader").slice(0, 3);
    expect(columns.map((one) => one.textContent)).toEqual(["Task", "m-01", "m-02"]);
    expect(within(grid).getByRole("button", { name: /^Server/ })).toHaveTextContent(
      "Server1 task · 1 changed",
    );
    expect(within(grid).getByRole("row", { name: /Install packages/ })).toHaveTextContent("4.2 s");
    expect(
      within(grid).getByRole("button", { name: "Install MariaDB on m-02: running" }),
    ).toBeInTheDocument();

    await user.click(within(grid).getByRole("button", { name: "Install packages on m-02: ok" }));
    const said = await screen.findByRole("region", { name: "Output of Install packages on m-02" });
    expect(said).toHaveTextContent("Reading package lists");
    expect(history.location.search).toContain("task=");

    send(stream, 7, [
      { host: "m-02", text: "E: no such package", stream: "stderr" },
      task("Master", "Install MariaDB", "m-02", "failed"),
      { host: "m-02", text: "No package matching 'mariadb'", stream: "message" },
    ]);
    const failed = await within(grid).findByRole("button", {
      name: "Install MariaDB on m-02: failed",
    });
    await user.click(failed);
    const why = await screen.findByRole("region", { name: "Output of Install MariaDB on m-02" });
    expect(why).toHaveTextContent("E: no such package");
    expect(why).toHaveTextContent("No package matching 'mariadb'");
    await user.click(within(why).getByRole("button", { name: "Show in the whole output" }));
    await waitFor(() => expect(history.location.hash).toBe("#L5"));
    expect(await screen.findByText("Reading package lists")).toBeInTheDocument();
  });

  it("open at the one that failed, and may be narrowed to what changed", async () => {
    const user = userEvent.setup();
    const { sockets } = open(
      "/activity/500",
      action({ status: "FAILED", errorCode: "PLAY_FAILED", errorMessage: "It failed." }),
    );
    send(await subscribed(sockets), 1, [
      task("Server", "Set the clock", "m-01", "ok"),
      task("Server", "Write the firewall", "m-01", "changed"),
      { host: "m-01", text: "E: no such package" },
      task("Server", "Install packages", "m-01", "failed"),
      { kind: "STATUS", status: "FAILED" },
    ]);
    expect(
      await screen.findByRole("region", { name: "Output of Install packages on m-01" }),
    ).toHaveTextContent("E: no such package");
    await user.click(screen.getByRole("button", { name: "Close this output" }));
    expect(screen.queryByText("E: no such package")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: /1 changed/, pressed: false }));
    expect(await screen.findByRole("row", { name: /Write the firewall/ })).toBeInTheDocument();
    expect(screen.queryByRole("row", { name: /Set the clock/ })).not.toBeInTheDocument();
  });
});

describe("the parts of an action", () => {
  it("stand in the order in which they happen, with what waits for what", async () => {
    const master = part("501", "Set up m-01", "SUCCEEDED");
    const slave = {
      ...part("502", "Set up s-01", "RUNNING"),
      percent: 40,
      step: "Install MariaDB",
    };
    const need = (one: { id: string; title: string; status: string }) => ({
      __typename: "Action",
      id: one.id,
      title: one.title,
      status: one.status,
    });
    const copy = part("503", "Copy m-01 to s-01", "QUEUED", need(master), need(slave));
    open(
      "/activity/500",
      action({
        kind: "SET_UP_PAIR",
        status: "QUEUED",
        title: "Set up the pair pair-01",
        waitsFor: [need(slave)],
        children: [copy, slave, master],
      }),
    );
    const parts = await screen.findByRole("region", { name: "Parts" });
    const rows = within(parts).getAllByRole("row").slice(1);
    expect(rows.map((row) => within(row).getAllByRole("link")[0]?.textContent)).toEqual([
      "Set up m-01",
      "Set up s-01",
      "Copy m-01 to s-01",
    ]);
    expect(rows[1]).toHaveTextContent("40 %Install MariaDB");
    expect(rows[2]).toHaveTextContent("waits for Set up s-01");
    expect(screen.getByRole("progressbar", { name: "Parts that have ended" })).toHaveAttribute(
      "aria-valuetext",
      "1 of 3",
    );
    expect(screen.getAllByText(/waits for/)).toHaveLength(2);
  });
});
