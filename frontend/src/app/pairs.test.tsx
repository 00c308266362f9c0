import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Role } from "../gql/schema";
import { stubSockets } from "./fakeSocket";
import { type Answer, refusal, renderApp, type SentRequest, signedInAs } from "./testing";

const as = (role: Role): Record<string, Answer> => ({
  ...signedInAs(role),
  // The page of the action that a form leads to.
  Action: () => ({ action: null }),
});

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

function server(id: string, name: string, role: string, change: object = {}) {
  return {
    __typename: "Server",
    id,
    name,
    role,
    address: `10.0.1.${id}`,
    status: "READY",
    siteCount: 0,
    benches: [] as object[],
    pair: null as object | null,
    ...change,
  };
}

const bench = { __typename: "Bench", id: "1" };
const m01 = server("1", "m-01", "MASTER", { siteCount: 12, benches: [bench] });
const s01 = server("2", "s-01", "SLAVE");
const p01 = server("3", "p-01", "PROXY");

function replication(change: object = {}) {
  return {
    __typename: "Replication",
    at: ago(10),
    ioRunning: true,
    sqlRunning: true,
    lagSeconds: 0,
    masterGtid: "0-1-48",
    slaveGtid: "0-1-48",
    lastError: "",
    mirroredAt: ago(40),
    ...change,
  };
}

function pair(change: object = {}) {
  return {
    __typename: "Pair",
    id: "7",
    name: "pair-01",
    status: "READY",
    statusReason: "",
    epoch: 0,
    createdAt: ago(90_000),
    master: m01,
    slave: s01,
    newHostKeys: [] as object[],
    busyAction: null as object | null,
    replication: replication() as object | null,
    switches: [] as object[],
    ...change,
  };
}

const plan = (change: object = {}) => ({
  switchPlan: {
    __typename: "SwitchPlan",
    kind: "SWITCH_OVER",
    sites: 12,
    expectedSeconds: 11,
    possibleLoss: "Nothing that was saved.",
    checks: [
      check("Slave", "OK", "s-01 answers."),
      check("Mirror", "WARNING", "The last complete pass began 41 s ago."),
    ],
    ...change,
  },
});

function check(name: string, state: string, message: string) {
  return { __typename: "SwitchCheck", name, state, message };
}

const queued = (payload: string) => ({
  __typename: payload,
  pair: { __typename: "Pair", id: "7", status: "SWITCHING" },
  action: { __typename: "Action", id: "900" },
});

/** A fleet of one pair and a proxy. */
function fleet(one: object = pair(), role: Role = "ADMIN"): Record<string, Answer> {
  return {
    ...as(role),
    Pairs: () => ({ pairs: [one], servers: [m01, s01, p01] }),
    Pair: () => ({ pair: one, servers: [m01, s01, p01] }),
    PairSamples: () => ({ pair: { __typename: "Pair", id: "7", samples: [] } }),
  };
}

/** What setting the pair up would do, as the server plans it. */
const setUpPlan = (change: object = {}) => ({
  pairActionPlan: {
    __typename: "PairActionPlan",
    title: "Set up the pair pair-01",
    does: ["Both machines are hardened and installed."],
    confirm: false,
    needsPreview: false,
    preview: null,
    notes: [],
    ...change,
  },
});

const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);
const field = (name: RegExp | string) => screen.findByRole("textbox", { name });
const choice = (name: RegExp | string) => screen.findByRole("combobox", { name });

describe("the pairs", () => {
  it("are drawn with what stands between master and slave", async () => {
    renderApp("/pairs", fleet());
    const card = await screen.findByRole("region", { name: "Pair pair-01" });
    expect(card).toHaveTextContent("Ready");
    expect(card).toHaveTextContent("0 s behind");
    expect(card).toHaveTextContent(/mirrored 4\d s ago/);
    expect(card).toHaveTextContent("12 sites on 1 bench");
    expect(within(card).getByText("p-01")).toBeInTheDocument();
    expect(within(card).getByRole("figure")).toHaveAccessibleName(
      /m-01 is the master, s-01 the slave/,
    );
    expect(screen.getByText("Every slave follows, ready to take over.")).toBeInTheDocument();
  });

  it("show both threads of the replication and its position", async () => {
    const stopped = { sqlRunning: false, slaveGtid: "0-1-31", lastError: "Duplicate entry '7'" };
    const half = pair({ id: "8", name: "pair-02", replication: replication(stopped) });
    renderApp("/pairs", {
      ...fleet(),
      Pairs: () => ({ pairs: [pair(), half], servers: [m01, s01, p01] }),
    });
    const figures = async (name: string) => {
      const card = await screen.findByRole("region", { name });
      return ["Receives", "Applies", "Position"].map(
        (term) => within(card).getByText(term).parentElement?.textContent,
      );
    };
    expect(await figures("Pair pair-01")).toEqual([
      "ReceivesRunning",
      "AppliesRunning",
      "Position0-1-48",
    ]);
    expect(await figures("Pair pair-02")).toEqual([
      "ReceivesRunning",
      "AppliesStopped",
      "Position0-1-31of 0-1-48",
    ]);
  });

  it("say why one does not follow, and offer what it needs", async () => {
    renderApp(
      "/pairs",
      fleet(pair({ status: "FAILED_OVER", statusReason: "m-01 is kept out.", replication: null })),
    );
    const card = await screen.findByRole("region", { name: "Pair pair-01" });
    expect(card).toHaveTextContent("Without a slave");
    expect(card).toHaveTextContent("m-01 is kept out.");
    expect(within(card).getByRole("link", { name: "Rebuild slave…" })).toHaveAttribute(
      "href",
      "/pairs/7?do=rebuild",
    );
  });

  it("name the error that stopped replication", async () => {
    const stopped = { sqlRunning: false, lagSeconds: null, lastError: "Duplicate entry '7'" };
    renderApp("/pairs", fleet(pair({ replication: replication(stopped) })));
    const card = await screen.findByRole("region", { name: "Pair pair-01" });
    expect(card).toHaveTextContent("Replication stopped");
    expect(card).toHaveTextContent("Duplicate entry '7'");
  });

  it("show what holds one, and lead to it", async () => {
    const busyAction = {
      __typename: "Action",
      id: "900",
      title: "Set up pair-01",
      percent: 43,
      step: "Copy the databases",
    };
    renderApp("/pairs", fleet(pair({ status: "SETTING_UP", busyAction })));
    expect(await screen.findByRole("progressbar", { name: "Set up pair-01" })).toHaveAttribute(
      "aria-valuenow",
      "43",
    );
    expect(screen.getByRole("link", { name: /Set up pair-01 43 %/ })).toHaveAttribute(
      "href",
      "/activity/900",
    );
  });

  it("say what would be here while there is none, and what failed", async () => {
    const { unmount } = renderApp("/pairs", {
      ...fleet(),
      Pairs: () => ({ pairs: [], servers: [] }),
    });
    expect(await screen.findByText("No pair yet")).toBeInTheDocument();
    unmount();
    renderApp("/pairs", { ...fleet(), Pairs: refusal("INTERNAL", "It broke.") });
    expect(await screen.findByText(/It broke/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Try again" })).toBeInTheDocument();
  });
});

describe("a new pair", () => {
  const fresh = server("4", "m-02", "MASTER", { status: "NEW" });
  const taken = server("5", "m-03", "MASTER", {
    pair: { __typename: "Pair", id: "7", name: "pair-01" },
  });
  const slave = server("6", "s-02", "SLAVE", { status: "NEW" });
  const choices: Record<string, Answer> = {
    ...fleet(),
    PairChoices: () => ({
      servers: [fresh, taken, slave, p01],
      pairs: [{ __typename: "Pair", id: "7", name: "pair-01" }],
    }),
  };

  async function choose(user: ReturnType<typeof userEvent.setup>) {
    await user.click(await choice(/^Master/));
    await user.click(await screen.findByRole("option", { name: /m-02/ }));
    await user.click(await choice(/^Slave/));
    await user.click(await screen.findByRole("option", { name: /s-02/ }));
  }

  it("is two servers and a name, says what will happen, and leads to its set-up", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs?add=true", {
      ...choices,
      CreatePair: () => ({ createPair: queued("CreatePairPayload") }),
    });
    expect(await screen.findByRole("button", { name: "Set up pair-02" })).toBeDisabled();
    await user.click(await choice(/^Master/));
    expect(
      await screen.findByRole("option", { name: /m-03.*in the pair pair-01/ }),
    ).toHaveAttribute("data-combobox-disabled", "true");
    await user.keyboard("{Escape}");
    await choose(user);
    const happens = screen.getByRole("region", { name: "What will happen" });
    expect(happens).toHaveTextContent("s-02 has to be empty");
    expect(happens).toHaveTextContent("The database of m-02 is restarted once");
    await user.clear(await field(/^Name/));
    await user.type(await field(/^Name/), "pair-01");
    expect(screen.getAllByText("There is a pair called pair-01 already.")[0]).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Set up pair-01" })).toBeDisabled();
    await user.clear(await field(/^Name/));
    await user.type(await field(/^Name/), "berlin");
    await user.click(screen.getByRole("button", { name: "Set up berlin" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "CreatePair")[0]?.variables.input).toEqual({
      name: "berlin",
      masterId: "4",
      slaveId: "6",
    });
  });

  it("that the server refuses says so at the field, until it is changed", async () => {
    const user = userEvent.setup();
    renderApp("/pairs?add=true", {
      ...choices,
      CreatePair: refusal("TOO_SMALL", "s-02 has 12 GB of room, m-02 needs 31.", "input.slaveId"),
    });
    await choose(user);
    await user.click(screen.getByRole("button", { name: "Set up pair-02" }));
    expect(await screen.findByText("s-02 has 12 GB of room, m-02 needs 31.")).toBeInTheDocument();
    expect(await choice(/^Slave/)).toHaveAttribute("aria-invalid", "true");
  });

  it("takes a server that is added for one half as that half", async () => {
    const user = userEvent.setup();
    const facts = { __typename: "ServerFacts", os: "Debian", architecture: "x86_64", cpus: 2 };
    renderApp("/pairs?add=true&newServer=slave", {
      ...choices,
      NewServer: () => ({ servers: [fresh], publicKey: "ssh-ed25519 AAAA central" }),
      ProbeServer: () => ({
        probeServer: {
          __typename: "ServerProbe",
          hostKeys: [{ __typename: "HostKey", type: "ssh-ed25519", fingerprint: "SHA256:k" }],
          takenBy: null,
        },
      }),
      LookAtServer: () => ({
        lookAtServer: {
          __typename: "ServerLook",
          facts: { ...facts, memoryBytes: 1, disks: [], container: false, clockOffset: 0 },
          master: [],
          slave: [],
          proxy: [],
        },
      }),
    });
    await user.type(await field(/^Address/), "s-03");
    await user.click(screen.getByRole("button", { name: "Connect to s-03" }));
    await user.click(await screen.findByRole("checkbox", { name: /same fingerprint/ }));
    await user.click(screen.getByRole("button", { name: "Look at it" }));
    expect(await screen.findByRole("radio", { name: "Slave" })).toBeChecked();
    expect(screen.getByRole("button", { name: "Add s-03" })).toBeEnabled();
  });

  it("keeps what was chosen while a new server is added for it", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/pairs?add=true", {
      ...choices,
      NewServer: () => ({ servers: [fresh], publicKey: "ssh-ed25519 AAAA central" }),
    });
    await user.click(await choice(/^Master/));
    await user.click(await screen.findByRole("option", { name: /m-02/ }));
    await user.click(screen.getByRole("button", { name: "Add a new server as the slave" }));
    expect(await screen.findByRole("dialog", { name: "Add a server" })).toBeInTheDocument();
    expect(history.location.search).toContain("newServer=slave");
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(await choice(/^Master/)).toHaveValue("m-02");
    expect(history.location.search).not.toContain("newServer");
  });
});

describe("one pair", () => {
  it("shows its threads, positions, and its switches with downtime and loss", async () => {
    const switches = [
      {
        __typename: "PairSwitch",
        id: "1",
        kind: "FAIL_OVER",
        actorName: "ben",
        reason: "power supply",
        startedAt: ago(9000),
        finishedAt: ago(8960),
        switched: true,
        downtimeSeconds: 38,
        loss: "Up to 2 s of writes.",
        from: s01,
        to: m01,
        action: { __typename: "Action", id: "55", status: "SUCCEEDED" },
      },
    ];
    renderApp("/pairs/7", fleet(pair({ switches, epoch: 1 })));
    expect(await screen.findByRole("heading", { level: 1, name: /pair-01/ })).toBeInTheDocument();
    expect(screen.getByText(/s-01 would lack no more than a second of data/)).toBeInTheDocument();
    const details = screen.getByRole("region", { name: "Replication" });
    expect(details).toHaveTextContent("ReceivesRunning");
    expect(details).toHaveTextContent("0-1-48");
    const row = screen.getByRole("row", { name: /Failed over/ });
    expect(row).toHaveTextContent("s-01 → m-01");
    expect(row).toHaveTextContent("Took over");
    expect(row).toHaveTextContent("38 s");
    expect(row).toHaveTextContent("Up to 2 s of writes.");
  });

  it("stays as it was last seen while the line is down, and says so", async () => {
    const { online } = renderApp("/pairs/7", fleet());
    expect(await screen.findByRole("figure")).toBeInTheDocument();
    online.now = false;
    document.dispatchEvent(new Event("visibilitychange")); // asks again at once
    expect(await screen.findByText(/^Offline since/)).toBeInTheDocument();
    expect(screen.getByRole("figure")).toBeInTheDocument();
    expect(screen.queryByText("The pair could not be loaded")).not.toBeInTheDocument();
  });

  it("that does not exist says so", async () => {
    renderApp("/pairs/9", { ...fleet(), Pair: () => ({ pair: null, servers: [] }) });
    expect(await screen.findByText("There is no pair 9")).toBeInTheDocument();
  });

  it("a viewer may look; the reason stands on the button", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/pairs/7", fleet(pair(), "VIEWER"));
    const button = await screen.findByRole("button", { name: "Switch over…" });
    expect(button).toHaveAttribute("aria-disabled", "true");
    expect(button).toHaveAccessibleDescription("Administrators may do this; you may look.");
    await user.click(button);
    expect(history.location.search).toBe("");
  });

  it("an address alone does not open what may not be done", async () => {
    renderApp("/pairs/7?do=failOver", fleet(pair(), "OPERATOR"));
    await screen.findByRole("heading", { level: 1, name: /pair-01/ });
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
});

describe("a switch", () => {
  it("shows its plan, asks for name and reason, and leads to where it can be watched", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs/7", {
      ...fleet(),
      SwitchPlan: () => plan(),
      SwitchOver: () => ({ switchOver: queued("SwitchOverPayload") }),
    });
    await user.click(await screen.findByRole("button", { name: "Switch over…" }));
    const dialog = await screen.findByRole("dialog", { name: "Switch over pair-01" });
    const checks = await within(dialog).findByRole("list", { name: "Checks" });
    const [first, second] = within(checks).getAllByRole("listitem");
    expect(first).toHaveTextContent("WarningMirrorThe last complete pass began 41 s ago.");
    expect(second).toHaveTextContent("OKSlaves-01 answers.");
    expect(dialog).toHaveTextContent("Sites affected12");
    expect(dialog).toHaveTextContent("11 s");
    expect(dialog).toHaveTextContent("Nothing that was saved.");
    expect(sent(requests, "SwitchPlan")[0]?.variables).toEqual({
      pairId: "7",
      kind: "SWITCH_OVER",
    });

    const button = within(dialog).getByRole("button", { name: "Switch over to s-01" });
    expect(button).toBeDisabled();
    expect(button).toHaveAttribute("title", "Type pair-01 to confirm.");
    await user.type(await field(/^To switch over/), "pair-02");
    expect(within(dialog).getByText("This is not pair-01.")).toBeInTheDocument();
    expect(button).toBeDisabled();
    await user.clear(await field(/^To switch over/));
    await user.type(await field(/^To switch over/), "pair-01");
    expect(button).toHaveAttribute("title", "Say why: it is kept in the audit log.");
    await user.type(await field(/^Reason/), "new memory");
    await user.click(button);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "SwitchOver")[0]?.variables.input).toEqual({
      pairId: "7",
      confirmName: "pair-01",
      reason: "new memory",
    });
  });

  it("cannot begin while something blocks; looking again may show that it is gone", async () => {
    const user = userEvent.setup();
    let blocking = true;
    const { requests } = renderApp("/pairs/7?do=failOver", {
      ...fleet(),
      SwitchPlan: () =>
        plan({
          kind: "FAIL_OVER",
          checks: [check("Replication", blocking ? "BLOCKING" : "OK", "The thread has stopped.")],
        }),
    });
    const dialog = await screen.findByRole("dialog", { name: "Fail over pair-01" });
    await within(dialog).findByText("Blocking");
    await user.type(await field(/^To fail over/), "pair-01");
    await user.type(await field(/^Reason/), "m-01 is gone");
    const button = within(dialog).getByRole("button", { name: "Fail over to s-01" });
    expect(button).toBeDisabled();
    expect(button).toHaveAttribute("title", "Replication: The thread has stopped.");
    expect(within(dialog).getByRole("status")).toHaveTextContent(
      "Replication: The thread has stopped.",
    );
    blocking = false;
    await user.click(within(dialog).getByRole("button", { name: "Look again" }));
    await waitFor(() => expect(button).toBeEnabled());
    expect(sent(requests, "FailOver")).toEqual([]);
  });

  it("that the server refuses says so at the field; the reason typed is kept", async () => {
    const user = userEvent.setup();
    renderApp("/pairs/7?do=switchOver", {
      ...fleet(),
      SwitchPlan: () => plan(),
      SwitchOver: refusal("INVALID", "The pair is called pair-1 now.", "input.confirmName"),
    });
    await user.type(await field(/^To switch over/), "pair-01");
    await user.type(await field(/^Reason/), "new memory");
    await user.click(await screen.findByRole("button", { name: "Switch over to s-01" }));
    expect(await screen.findByText("The pair is called pair-1 now.")).toBeInTheDocument();
    expect(await field(/^To switch over/)).toHaveAttribute("aria-invalid", "true");
    expect(await field(/^Reason/)).toHaveValue("new memory");
  });

  it("whose servers could not be looked at stays closed", async () => {
    const user = userEvent.setup();
    renderApp("/pairs/7?do=switchOver", {
      ...fleet(),
      SwitchPlan: refusal("UNREACHABLE", "s-01 does not answer."),
    });
    expect(await screen.findByText(/s-01 does not answer/)).toBeInTheDocument();
    await user.type(await field(/^To switch over/), "pair-01");
    await user.type(await field(/^Reason/), "new memory");
    expect(screen.getByRole("button", { name: "Switch over to s-01" })).toBeDisabled();
  });

  it("is rehearsed without a name, for either kind", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs/7?do=rehearse", {
      ...fleet(pair(), "OPERATOR"),
      RehearseSwitch: () => ({ rehearseSwitch: queued("RehearseSwitchPayload") }),
    });
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("Nothing is changed");
    await user.click(within(dialog).getByRole("radio", { name: "Fail over" }));
    await user.click(within(dialog).getByRole("button", { name: "Rehearse the failover" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "RehearseSwitch")[0]?.variables.input).toEqual({
      pairId: "7",
      kind: "FAIL_OVER",
    });
  });
});

describe("a slave", () => {
  it("is rebuilt once it was said that its data is replaced, and the name typed", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs/7?do=rebuild", {
      ...fleet(),
      RebuildSlave: () => ({ rebuildSlave: queued("RebuildSlavePayload") }),
    });
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("All data on s-01 is replaced");
    const button = within(dialog).getByRole("button", { name: "Replace all data on s-01" });
    expect(button).toBeDisabled();
    await user.type(await field(/^To rebuild the slave/), "pair-01");
    await user.click(button);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "RebuildSlave")[0]?.variables.input).toEqual({
      pairId: "7",
      confirmName: "pair-01",
    });
  });

  it("of a pair whose set-up failed is set up again", async () => {
    const user = userEvent.setup();
    const statusReason = "s-01 has too little room.";
    const { requests, history } = renderApp("/pairs/7", {
      ...fleet(pair({ status: "FAILED", statusReason, replication: null })),
      PairActionPlan: () => setUpPlan(),
      SetUpPair: () => ({ setUpPair: queued("SetUpPairPayload") }),
    });
    await user.click(await screen.findByRole("button", { name: "Set up…" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent(statusReason);
    const button = within(dialog).getByRole("button", { name: "Set up pair-01" });
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "SetUpPair")[0]?.variables.input).toEqual({ pairId: "7" });
  });
});

describe("a pair that is not needed any more", () => {
  const apart = (notes: object[] = []) =>
    setUpPlan({ title: "Take the pair pair-01 apart", does: ["Replication ends."], notes });

  it("is taken apart once its name is typed; a server that is gone is named", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs/7", {
      ...fleet(),
      PairActionPlan: () => apart(),
      DissolvePair: () => ({ dissolvePair: queued("DissolvePairPayload") }),
    });
    await user.click(await screen.findByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Take apart…" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("Replication ends.")).toBeInTheDocument();
    const button = dialog.getByRole("button", { name: "Take pair-01 apart" });
    expect(button).toBeDisabled();
    await user.selectOptions(
      dialog.getByRole("combobox", { name: "Are both machines there?" }),
      "s-01 is gone for good",
    );
    await user.type(dialog.getByRole("textbox"), "pair-01");
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "DissolvePair")[0]?.variables.input).toEqual({
      pairId: "7",
      confirmName: "pair-01",
      goneServerId: "2",
    });
  });

  it("stays while it holds something, and says what", async () => {
    const user = userEvent.setup();
    const message = "pair-01 still holds 1 bench and 12 sites.";
    renderApp("/pairs/7?do=dissolve", {
      ...fleet(),
      PairActionPlan: () => apart([{ __typename: "ServerNote", severity: "BLOCKING", message }]),
    });
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText(message)).toBeInTheDocument();
    await user.type(dialog.getByRole("textbox"), "pair-01");
    expect(dialog.getByRole("button", { name: "Take pair-01 apart" })).toBeDisabled();
    expect(dialog.getByText("Something stands in the way: see above.")).toBeInTheDocument();
  });
});

describe("the history of a pair's replication", () => {
  const sample = (seconds: number, change: object = {}) => ({
    __typename: "ReplicationPoint",
    at: ago(seconds),
    receivesRatio: 1,
    appliesRatio: 1,
    position: "0-1-48",
    lagSeconds: 1.5,
    lagSecondsMax: 4,
    mirrorAge: 31,
    mirrorAgeMax: 60,
    ...change,
  });

  it("shows lag and mirror age, and says when a thread stood still; a month has its address", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/pairs/7", {
      ...fleet(),
      PairSamples: () => ({
        pair: {
          __typename: "Pair",
          id: "7",
          samples: [sample(600), sample(300, { appliesRatio: 0, position: "0-1-47" }), sample(0)],
        },
      }),
    });
    expect(await screen.findByRole("figure", { name: "Replication lag, 1.5 s" })).toBeVisible();
    expect(screen.getByRole("figure", { name: "Mirror age, 31 s" })).toBeVisible();
    const halts = screen.getByRole("list", { name: "When a thread stood still" });
    expect(within(halts).getByText(/not applying, at 0-1-47/)).toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "Month" }));
    await waitFor(() => expect(history.location.search).toBe("?range=MONTH"));
    await waitFor(() =>
      expect(sent(requests, "PairSamples").at(-1)?.variables).toEqual({ id: "7", range: "MONTH" }),
    );
  });

  it("says what would be here while nothing was measured", async () => {
    renderApp("/pairs/7", fleet());
    expect(await screen.findByText(/Nothing was measured yet/)).toBeInTheDocument();
  });
});

describe("a pair whose server has a new host key", () => {
  it("says what does not go on meanwhile, and offers its set-up", async () => {
    const user = userEvent.setup();
    renderApp("/pairs/7", {
      ...fleet(pair({ newHostKeys: [{ __typename: "Server", id: "2", name: "s-01" }] })),
      PairActionPlan: () => setUpPlan({ needsPreview: true }),
    });
    expect(await screen.findByText(/s-01 has a new host key that m-01/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Set up again…" }));
    expect(await screen.findByRole("dialog", { name: "Set up pair-01" })).toBeInTheDocument();
  });
});

describe("a pair that is set up", () => {
  it("is set up again by the preview that was looked at", async () => {
    const user = userEvent.setup();
    const sockets = stubSockets();
    let usable: object | null = null;
    const { requests } = renderApp("/pairs/7?do=setUp", {
      ...fleet(),
      PairActionPlan: () => setUpPlan({ needsPreview: true, preview: usable }),
      PreviewPair: () => ({ previewPair: queued("PreviewPairPayload") }),
      SetUpPair: () => ({ setUpPair: queued("SetUpPairPayload") }),
    });
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(await dialog.findByRole("button", { name: "Preview" }));
    await waitFor(() => expect(sockets.subscriptions).toHaveLength(1));
    const button = dialog.getByRole("button", { name: "Set up pair-01" });
    expect(button).toBeDisabled();
    usable = { __typename: "Action", id: "900" };
    act(() =>
      sockets.subscriptions[0]?.next({
        __typename: "ActionEvent",
        seq: 1,
        at: ago(1),
        kind: "STATUS",
        step: "",
        stepStatus: null,
        text: "",
        stream: "",
        host: "",
        taskStatus: "",
        percent: null,
        millis: null,
        status: "SUCCEEDED",
      }),
    );
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    await waitFor(() =>
      expect(sent(requests, "SetUpPair")[0]?.variables.input).toEqual({
        pairId: "7",
        previewId: "900",
      }),
    );
  });
});

describe("the palette", () => {
  const found: Record<string, Answer> = {
    ...fleet(),
    Find: () => ({
      benches: [],
      customers: { __typename: "CustomerConnection", nodes: [] },
      sites: { __typename: "SiteConnection", nodes: [] },
      servers: [m01, s01, p01],
      pairs: [pair()],
      deploys: { __typename: "DeployConnection", nodes: [] },
    }),
    SwitchPlan: () => plan(),
  };

  it("jumps to a pair", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/pairs", found);
    await user.click(await screen.findByRole("button", { name: "Jump to… Ctrl K" }));
    await user.type(await screen.findByPlaceholderText(/^Page, site/), "pair-01");
    await user.click(await screen.findByRole("button", { name: /pair-01.*m-01 → s-01/ }));
    await waitFor(() => expect(history.location.pathname).toBe("/pairs/7"));
    expect(history.location.search).toBe("");
  });

  it("begins what may be done with a pair", async () => {
    const user = userEvent.setup();
    renderApp("/pairs", found);
    await user.click(await screen.findByRole("button", { name: "Jump to… Ctrl K" }));
    await user.type(await screen.findByPlaceholderText(/^Page, site/), "switch pair-01");
    await user.click(await screen.findByRole("button", { name: /Switch over pair-01…/ }));
    expect(await screen.findByRole("dialog", { name: "Switch over pair-01" })).toBeInTheDocument();
  });
});
