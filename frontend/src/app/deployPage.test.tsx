import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type FakeSockets, type Subscription, stubSockets } from "./fakeSocket";
import { type Answer, refusal, renderApp, type SentRequest, signedIn } from "./testing";

type Figures = Partial<
  Record<"running" | "done" | "rolledBack" | "broken" | "notStarted" | "cancelled", number>
>;

const hosts = ["acme", "beta", "cedar", "delta"];

function figures(status: string, counts: Figures = {}) {
  return {
    __typename: "DeployProgress",
    status,
    total: 4,
    running: 0,
    done: 0,
    rolledBack: 0,
    broken: 0,
    cancelled: 0,
    notStarted: 0,
    secondsLeft: null,
    startedAt: "2026-05-01T10:00:00Z",
    finishedAt: status === "FAILED" ? "2026-05-01T10:02:00Z" : null,
    ...counts,
  };
}

function siteOf(index: number, change: object = {}) {
  return {
    __typename: "DeploySite",
    siteId: String(index + 1),
    siteName: `${hosts[index]}.example.com`,
    serverId: index < 2 ? "1" : "2",
    actionId: String(500 + index),
    fromRevisionId: "11",
    toRevisionId: "12",
    status: "WAITING",
    step: "",
    detail: "",
    percent: 0,
    maintenanceSince: null,
    maintenanceSeconds: null,
    skippedPatches: [],
    errorCode: "",
    errorMessage: "",
    startedAt: null,
    finishedAt: null,
    ...change,
  };
}

const failure = {
  status: "ROLLED_BACK",
  percent: 80,
  maintenanceSeconds: 19,
  errorCode: "MIGRATION_FAILED",
  errorMessage: "Patch p1 failed on beta.example.com: KeyError 'uom'",
  startedAt: "2026-05-01T10:00:10Z",
  finishedAt: "2026-05-01T10:00:40Z",
};

function deploy(change: object = {}) {
  return {
    deploy: {
      __typename: "Deploy",
      id: "184",
      title: "shop 1.2.0 to 4 sites",
      sitesAtOnce: 4,
      skipFailingPatches: false,
      actorName: "ana",
      createdAt: "2026-05-01T10:00:00Z",
      releases: [{ __typename: "AppCommit", app: "shop", commit: "c".repeat(40) }],
      retryOf: null,
      action: { __typename: "Action", id: "400" },
      lastSeq: 7,
      progress: figures("RUNNING"),
      sites: hosts.map((_, index) => siteOf(index)),
      builds: [],
      ...change,
    },
    servers: [
      { __typename: "Server", id: "1", name: "m-01" },
      { __typename: "Server", id: "2", name: "m-02" },
    ],
    benches: [],
  };
}

const ended = deploy({
  progress: figures("FAILED", { done: 3, rolledBack: 1 }),
  sites: hosts.map((_, index) =>
    siteOf(
      index,
      index === 1 ? failure : { status: "DONE", percent: 100, maintenanceSeconds: 10 + index },
    ),
  ),
});

function open(address: string, answers: Record<string, Answer>) {
  const sockets = stubSockets();
  return { sockets, ...renderApp(address, { ...signedIn, ...answers }) };
}

/** The newest subscription to a field, as soon as there is the so-manieth. */
async function subscribed(sockets: FakeSockets, field: string, count = 1): Promise<Subscription> {
  return await waitFor(
    () => {
      const all = sockets.subscriptions.filter((one) => one.field === field);
      expect(all.length).toBeGreaterThanOrEqual(count);
      return all.at(-1) as Subscription;
    },
    { timeout: 10_000 },
  );
}

function event(seq: number, counts: Figures, site?: object, status = "RUNNING") {
  return {
    __typename: "DeployEvent",
    seq,
    at: "2026-05-01T10:00:20Z",
    progress: figures(status, counts),
    site: site ?? null,
    build: null,
  };
}

const whole = () => screen.getByRole("progressbar", { name: "Sites of this deploy" });
const row = (name: string) => screen.findByRole("row", { name: new RegExp(name) });
const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);

describe("a running deploy", () => {
  it("shows the snapshot and follows from its last event", async () => {
    const { sockets } = open("/deploys/184", { Deploy: () => deploy() });
    const stream = await subscribed(sockets, "deployProgress");
    expect(stream.variables).toEqual({ deployId: "184", after: 7 });
    expect(await row("acme.example.com")).toHaveTextContent("Waiting");
    expect(whole()).toHaveAttribute("aria-valuetext", "0 of 4 ended, 0 running");
  });

  it("moves a site's row and the bars with its events", async () => {
    const { sockets } = open("/deploys/184", { Deploy: () => deploy() });
    const stream = await subscribed(sockets, "deployProgress");
    const migrating = siteOf(0, {
      status: "RUNNING",
      step: "migrate",
      detail: "shop.patches.v1_2.fill_totals",
      percent: 60,
      maintenanceSince: "2026-05-01T10:00:15Z",
      startedAt: "2026-05-01T10:00:10Z",
    });
    act(() => stream.next(event(8, { running: 1 }, migrating)));
    const acme = await row("acme.example.com");
    await waitFor(() => expect(acme).toHaveTextContent("migrate"));
    expect(acme).toHaveTextContent("shop.patches.v1_2.fill_totals");
    expect(acme).toHaveTextContent("60 %");
    expect(acme).toHaveTextContent("down");
    expect(whole()).toHaveAttribute("aria-valuetext", "0 of 4 ended, 1 running");

    act(() =>
      stream.next(
        event(9, { done: 1 }, siteOf(0, { status: "DONE", percent: 100, maintenanceSeconds: 11 })),
      ),
    );
    await waitFor(() => expect(acme).toHaveTextContent("Done"));
    expect(acme).toHaveTextContent("11 s");
    expect(whole()).toHaveAttribute("aria-valuenow", "1");
  });

  it("after a lost line goes on after the last event it saw, and repeats nothing", async () => {
    const { sockets } = open("/deploys/184", { Deploy: () => deploy() });
    const first = await subscribed(sockets, "deployProgress");
    act(() => first.next(event(8, { done: 1 }, siteOf(0, { status: "DONE", percent: 100 }))));
    await waitFor(() => expect(whole()).toHaveAttribute("aria-valuenow", "1"));

    act(() => sockets.cut());
    const again = await subscribed(sockets, "deployProgress", 2);
    expect(again.variables).toEqual({ deployId: "184", after: 8 });
    // A server that repeats itself changes nothing.
    act(() => again.next(event(8, { done: 0, running: 1 }, siteOf(0, { status: "RUNNING" }))));
    act(() => again.next(event(9, { done: 2 }, siteOf(1, { status: "DONE", percent: 100 }))));
    await waitFor(() => expect(whole()).toHaveAttribute("aria-valuenow", "2"));
    expect(await row("acme.example.com")).toHaveTextContent("Done");
  });

  it("narrows the sites by state and name, in the address", async () => {
    const user = userEvent.setup();
    const { history } = open("/deploys/184", {
      Deploy: () =>
        deploy({
          progress: figures("RUNNING", { rolledBack: 1 }),
          sites: hosts.map((_, index) => siteOf(index, index === 1 ? failure : {})),
        }),
    });
    await user.click(await screen.findByRole("button", { name: /Failed 1/ }));
    expect(await row("beta.example.com")).toHaveTextContent("KeyError 'uom'");
    expect(screen.queryByRole("row", { name: /acme/ })).toBeNull();
    expect(history.location.search).toContain("state=failed");

    await user.click(screen.getByRole("button", { name: /Failed 1/ }));
    await user.type(screen.getByRole("textbox", { name: "Find a site" }), "ced");
    expect(await row("cedar.example.com")).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole("row", { name: /acme/ })).toBeNull());
    expect(history.location.search).toContain("q=ced");
  });

  it("says in words what cancelling does, and cancels", async () => {
    const user = userEvent.setup();
    const { requests } = open("/deploys/184", {
      Deploy: () => deploy({ progress: figures("RUNNING", { running: 1, done: 1 }) }),
      CancelDeploy: () => ({
        cancelDeploy: {
          __typename: "CancelDeployPayload",
          deploy: { __typename: "Deploy", id: "184" },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Cancel…" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("2 waiting sites are not touched");
    expect(dialog).toHaveTextContent("Of 1 running site");
    expect(dialog).toHaveTextContent("1 site is done");
    await user.click(within(dialog).getByRole("button", { name: "Cancel the deploy" }));
    await waitFor(() =>
      expect(sent(requests, "CancelDeploy")[0]?.variables).toEqual({ input: { deployId: "184" } }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("keeps the dialog and says why when it cannot be cancelled", async () => {
    const user = userEvent.setup();
    open("/deploys/184", {
      Deploy: () => deploy(),
      CancelDeploy: refusal("NOT_READY", "Deploy 184 has ended already."),
    });
    await user.click(await screen.findByRole("button", { name: "Cancel…" }));
    await user.click(await screen.findByRole("button", { name: "Cancel the deploy" }));
    expect(await screen.findByText(/has ended already/)).toBeInTheDocument();
  });

  it("somebody who may only look cannot cancel", async () => {
    open("/deploys/184", {
      Me: () => ({
        me: { __typename: "Actor", name: "vic", role: "VIEWER", mustChangePassword: false },
      }),
      Deploy: () => deploy(),
    });
    expect(await screen.findByRole("button", { name: "Cancel…" })).toBeDisabled();
  });
});

describe("a site of a deploy", () => {
  const address = "/deploys/184?site=2";
  const answers: Record<string, Answer> = {
    Deploy: () => ended,
    ActionError: () => ({
      action: {
        __typename: "Action",
        id: "501",
        errorCode: "MIGRATION_FAILED",
        errorMessage: failure.errorMessage,
        errorDetail: "Traceback (most recent call last):\nKeyError: 'uom'",
      },
    }),
  };
  const line = (seq: number, text: string) => ({
    __typename: "ActionEvent",
    seq,
    at: "2026-05-01T10:00:20Z",
    kind: "LINE",
    step: "",
    stepStatus: null,
    text,
    stream: "stdout",
    host: "",
    taskStatus: "",
    percent: null,
    millis: null,
    status: null,
  });

  it("opens with its output, its outcome and its traceback", async () => {
    const user = userEvent.setup();
    const { sockets } = open(address, answers);
    const panel = await screen.findByRole("complementary", { name: "Details" });
    expect(panel).toHaveTextContent("back on its old code and data");
    await user.click(await within(panel).findByRole("button", { name: "Show the traceback" }));
    expect(panel).toHaveTextContent("Traceback (most recent call last)");

    const output = await subscribed(sockets, "actionOutput");
    expect(output.variables).toEqual({ actionId: "501", after: 0 });
    act(() => {
      output.next(line(1, "Executing p1"));
      output.next(line(2, "\u001b[31mKeyError\u001b[0m"));
    });
    expect(await within(panel).findByText("Executing p1")).toBeInTheDocument();
    expect(within(panel).getByText("KeyError")).toBeInTheDocument();
  });

  it("closes with Escape, and the address forgets it", async () => {
    const user = userEvent.setup();
    const { history } = open(address, answers);
    await screen.findByRole("complementary", { name: "Details" });
    await user.keyboard("{Escape}");
    await waitFor(() =>
      expect(screen.queryByRole("complementary", { name: "Details" })).toBeNull(),
    );
    expect(history.location.search).not.toContain("site=");
  });
});

describe("a deploy that has ended", () => {
  it("says how it went, and follows nothing", async () => {
    const { sockets } = open("/deploys/184", { Deploy: () => ended });
    const summary = await screen.findByRole("region", { name: "Summary" });
    expect(summary).toHaveTextContent("Next: mend the cause, then retry this 1.");
    expect(summary).toHaveTextContent("Patch p1 failed on the site: KeyError 'uom'");
    expect(summary).toHaveTextContent("In maintenance, median");
    expect(sockets.subscriptions.filter(({ field }) => field === "deployProgress")).toEqual([]);
  });

  it("retries exactly what failed, once however often it is clicked", async () => {
    const user = userEvent.setup();
    let tries = 0;
    const { requests, history } = open("/deploys/184", {
      Deploy: () => ended,
      RetryDeploy: () => {
        tries += 1;
        return tries === 1
          ? { errors: [{ message: "The database is busy.", extensions: { code: "INTERNAL" } }] }
          : {
              retryDeploy: {
                __typename: "RetryDeployPayload",
                deploy: { __typename: "Deploy", id: "185" },
              },
            };
      },
    });
    await user.click(await screen.findByRole("button", { name: "Retry this 1…" }));
    const dialog = await screen.findByRole("dialog");
    expect(
      within(dialog)
        .getAllByRole("listitem")
        .map((item) => item.textContent),
    ).toEqual(["beta.example.comRolled back"]);
    await user.click(within(dialog).getByRole("button", { name: "Retry this 1" }));
    expect(await within(dialog).findByText(/The database is busy/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Retry this 1" }));
    await waitFor(() => expect(history.location.pathname).toBe("/deploys/185"));
    const keys = sent(requests, "RetryDeploy").map(
      ({ variables }) => variables.input.idempotencyKey,
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });
});

describe("what is not there", () => {
  it("an unknown deploy says so", async () => {
    open("/deploys/999", { Deploy: () => ({ ...ended, deploy: null }) });
    expect(await screen.findByText("There is no deploy 999")).toBeInTheDocument();
  });

  it("a failing query says what failed and asks again", async () => {
    const user = userEvent.setup();
    let fails = true;
    open("/deploys/184", {
      Deploy: () =>
        fails ? { errors: [{ message: "It broke.", extensions: { code: "INTERNAL" } }] } : ended,
    });
    expect(await screen.findByText(/It broke/)).toBeInTheDocument();
    fails = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("region", { name: "Summary" })).toBeInTheDocument();
  });
});
