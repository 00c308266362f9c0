import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { action, bench, commit, release } from "./benchFixture";
import { type Answer, master, refusal, renderApp, type SentRequest, signedInAs } from "./testing";

const admin = signedInAs("ADMIN");

const inPair = { ...master, pair: { __typename: "Pair", id: "7", name: "pair-01" } };

const broken = {
  ...master,
  id: "2",
  name: "m-02",
  status: "FAILED",
  statusReason: "install packages failed: no space left on device",
  siteCount: 0,
  benches: [],
};

const servers: Record<string, Answer> = {
  ...admin,
  Servers: () => ({ servers: [inPair, broken], publicKey: "ssh-ed25519 AAAA central" }),
};

const newKey = `SHA256:${"n".repeat(43)}`;

const probe = (takenBy: object | null) => ({
  probeServer: {
    __typename: "ServerProbe",
    hostKeys: [{ __typename: "HostKey", type: "ssh-ed25519", fingerprint: newKey }],
    takenBy,
  },
});

/** A machine with a disk that is too small for benches, and large enough for a proxy. */
const look = {
  __typename: "ServerLook",
  facts: {
    __typename: "ServerFacts",
    os: "Debian GNU/Linux 12 (bookworm)",
    architecture: "x86_64",
    cpus: 2,
    memoryBytes: 4 * 2 ** 30,
    disks: [
      { __typename: "ServerDisk", mount: "/", sizeBytes: 10 * 2 ** 30, freeBytes: 2 * 2 ** 30 },
    ],
    container: false,
    clockOffset: 0.2,
  },
  master: [{ __typename: "ServerNote", severity: "BLOCKING", message: "Only 2 GiB are free." }],
  slave: [],
  proxy: [],
};

const newcomer: Record<string, Answer> = {
  ProbeServer: () => probe(null),
  LookAtServer: () => ({ lookAtServer: look }),
};

/** The page of the action that a form leads to. */
const watched: Record<string, Answer> = {
  Action: () => ({ action: null }),
};

const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);
const field = (name: RegExp | string) => screen.findByRole("textbox", { name });
const choice = (name: RegExp | string) => screen.findByRole("combobox", { name });

beforeEach(() => sessionStorage.clear());

describe("servers", () => {
  it("lists what is known of each, and why one is not well", async () => {
    renderApp("/servers", servers);
    expect(await screen.findByRole("row", { name: /m-01/ })).toHaveTextContent("Ready");
    expect(screen.getByRole("row", { name: /m-01/ })).toHaveTextContent("Master of pair-01");
    expect(screen.getByRole("row", { name: /m-02/ })).toHaveTextContent("no space left on device");
  });

  it("shows how each does: load, memory, fullest disk, and what is wrong", async () => {
    const disk = (mount: string, usedRatio: number) => ({
      __typename: "DiskUse",
      mount,
      usedRatio,
    });
    const health = (state: string, reasons: string[], latest: object | null) => ({
      ...master.health,
      state,
      reasons,
      latest,
    });
    const sample = {
      __typename: "ServerSample",
      load1: 1.5,
      cpus: 4,
      memoryUsed: 2 * 2 ** 30,
      memoryTotal: 8 * 2 ** 30,
      disks: [disk("/", 0.4), disk("/home", 0.93)],
    };
    const full = {
      ...inPair,
      health: health("DEGRADED", ["/home is 93 % full.", "nginx is failed.", "c", "d"], sample),
    };
    const gone = { ...broken, health: health("DOWN", ["No route to m-02."], null) };
    renderApp("/servers", {
      ...servers,
      Servers: () => ({ servers: [full, gone], publicKey: "" }),
    });
    const row = await screen.findByRole("row", { name: /m-01/ });
    expect(screen.getByRole("columnheader", { name: "Health" })).toBeInTheDocument();
    for (const words of ["Load1.5", "Mem25 %", "Disk93 %", "/home is 93 % full.", "and 2 more"]) {
      expect(row).toHaveTextContent(words);
    }
    expect(screen.getByRole("row", { name: /m-02/ })).toHaveTextContent("No route to m-02.");
  });

  it("says what would be here while there is none", async () => {
    renderApp("/servers", { ...admin, Servers: () => ({ servers: [], publicKey: "" }) });
    expect(await screen.findByText("No server yet")).toBeInTheDocument();
  });

  it("says what failed, and asks again", async () => {
    const user = userEvent.setup();
    let fails = true;
    renderApp("/servers", {
      ...servers,
      Servers: () =>
        fails
          ? { errors: [{ message: "It broke.", extensions: { code: "INTERNAL" } }] }
          : { servers: [master], publicKey: "" },
    });
    expect(await screen.findByText(/It broke/)).toBeInTheDocument();
    fails = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("row", { name: /m-01/ })).toBeInTheDocument();
  });

  it("a viewer may look only", async () => {
    renderApp("/servers", {
      ...servers,
      ...signedInAs("VIEWER"),
    });
    expect(await screen.findByRole("button", { name: "Add a server" })).toBeDisabled();
  });

  it("a new one is asked for its key, looked at, checked as one types, added, and its set-up offered", async () => {
    const user = userEvent.setup();
    const added = { ...master, id: "3", name: "m-03", status: "NEW" };
    let all = [master];
    const { requests, history } = renderApp("/servers?add=true", {
      ...servers,
      ...newcomer,
      Servers: () => ({ servers: all, publicKey: "ssh-ed25519 AAAA central" }),
      AddServer: () => {
        all = [master, added];
        return {
          addServer: {
            __typename: "AddServerPayload",
            server: { __typename: "Server", id: "3", name: "m-03" },
          },
        };
      },
    });
    await user.type(await field(/^Address/), "10.0.0.999");
    expect(screen.getByText("An IP address or a lower-case host name.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: /^Connect/ })).toBeDisabled();
    await user.clear(await field(/^Address/));
    await user.type(await field(/^Address/), "10.0.1.3");
    await user.click(screen.getByRole("button", { name: "Connect to 10.0.1.3" }));
    expect(await screen.findByText(newKey)).toBeInTheDocument();
    expect(screen.queryByText(/AAAA central/)).not.toBeInTheDocument();
    await user.click(screen.getByRole("checkbox", { name: /same fingerprint/ }));
    expect(screen.getByText(/AAAA central/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Look at it" }));
    expect(await screen.findByText(/Debian GNU\/Linux 12/)).toBeInTheDocument();
    expect(screen.getByText("Only 2 GiB are free.")).toBeInTheDocument();
    await user.type(await field(/^Name/), "m-01");
    expect(screen.getByText("There is a server called m-01 already.")).toBeInTheDocument();
    await user.clear(await field(/^Name/));
    await user.type(await field(/^Name/), "m-03");
    expect(screen.getByRole("button", { name: "Add m-03" })).toBeDisabled();
    await user.click(screen.getByRole("radio", { name: "Proxy" }));
    await user.type(await field(/^Region/), "fra1");
    await user.type(await choice(/^Labels/), "nvme{Enter}");
    await user.click(screen.getByRole("button", { name: "Add m-03" }));
    await waitFor(() =>
      expect(sent(requests, "AddServer")[0]?.variables.input).toEqual({
        name: "m-03",
        role: "PROXY",
        address: "10.0.1.3",
        port: 22,
        user: "root",
        hostKeyFingerprint: newKey,
        region: "fra1",
        labels: ["nvme"],
      }),
    );
    await waitFor(() => expect(history.location.href).toBe("/servers/3?do=setUp"));
  });

  it("a new one that shows another key than its console, or is in the fleet, goes no further", async () => {
    const user = userEvent.setup();
    let takenBy: object | null = null;
    renderApp("/servers?add=true", {
      ...servers,
      ...newcomer,
      ProbeServer: () => probe(takenBy),
    });
    await user.type(await field(/^Address/), "10.0.1.3");
    await user.click(screen.getByRole("button", { name: /^Connect/ }));
    await user.type(await field(/^Paste/), `SHA256:${"z".repeat(43)}`);
    expect(screen.getByText(/The machine shows no such key/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Let Central in" })).toBeDisabled();
    await user.clear(await field(/^Paste/));
    await user.type(await field(/^Paste/), `256 ${newKey} root@m (ED25519)`);
    expect(screen.getByRole("button", { name: "Look at it" })).toBeEnabled();
    takenBy = { __typename: "Server", id: "1", name: "m-01" };
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    expect(await screen.findByText("It is m-01 already")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Let Central in" })).toBeDisabled();
  });

  it("a password is sent once and kept nowhere", async () => {
    const user = userEvent.setup();
    let wrong = true;
    const { requests } = renderApp("/servers?add=true", {
      ...servers,
      ...newcomer,
      LetCentralIn: () =>
        wrong
          ? refusal("LOGIN_REFUSED", "This password is wrong.", "input.password")({} as never)
          : { letCentralIn: { __typename: "LetCentralInPayload", look } },
    });
    await user.type(await field(/^Address/), "10.0.1.3");
    await user.click(screen.getByRole("button", { name: /^Connect/ }));
    await user.click(await screen.findByRole("checkbox", { name: /same fingerprint/ }));
    await user.click(screen.getByRole("radio", { name: /By the password/ }));
    await user.type(screen.getByLabelText(/^Password of root/), "hunter2");
    expect(JSON.stringify(sessionStorage)).not.toContain("hunter2");
    await user.click(screen.getByRole("button", { name: "Let Central in" }));
    expect(await screen.findByText("This password is wrong.")).toBeInTheDocument();
    expect(screen.getByLabelText(/^Password of root/)).toHaveValue("");
    wrong = false;
    await user.type(screen.getByLabelText(/^Password of root/), "hunter3");
    await user.click(screen.getByRole("button", { name: "Let Central in" }));
    expect(await screen.findByText(/Debian GNU\/Linux 12/)).toBeInTheDocument();
    expect(sent(requests, "LetCentralIn").at(-1)?.variables.input).toEqual({
      address: "10.0.1.3",
      port: 22,
      user: "root",
      hostKeyFingerprint: newKey,
      password: "hunter3",
    });
    for (const storage of [sessionStorage, localStorage]) {
      for (let i = 0; i < storage.length; i++) {
        expect(storage.getItem(storage.key(i) ?? "")).not.toContain("hunter");
      }
    }
  });

  it("what the server refuses stands at its field, and nothing typed is lost by it or a reload", async () => {
    const user = userEvent.setup();
    const answers = {
      ...servers,
      ...newcomer,
      AddServer: refusal("CONFLICT", "This name was taken just now.", "input.name"),
    };
    const { unmount } = renderApp("/servers?add=true", {
      ...answers,
      ProbeServer: refusal("UNREACHABLE", "10.0.1.4 does not answer.", "address"),
    });
    await user.type(await field(/^Address/), "10.0.1.4");
    await user.click(screen.getByRole("button", { name: /^Connect/ }));
    expect(await screen.findByText("10.0.1.4 does not answer.")).toBeInTheDocument();
    expect(await field(/^Address/)).toHaveAttribute("aria-invalid", "true");
    unmount();
    const second = renderApp("/servers?add=true", answers);
    expect(await field(/^Address/)).toHaveValue("10.0.1.4");
    await user.click(screen.getByRole("button", { name: /^Connect/ }));
    await user.click(await screen.findByRole("checkbox", { name: /same fingerprint/ }));
    await user.click(screen.getByRole("button", { name: "Look at it" }));
    await user.click(await screen.findByRole("radio", { name: "Proxy" }));
    await user.type(await field(/^Name/), "m-04");
    await user.click(screen.getByRole("button", { name: "Add m-04" }));
    expect(await screen.findByText("This name was taken just now.")).toBeInTheDocument();
    expect(await field(/^Name/)).toHaveAttribute("aria-invalid", "true");
    second.unmount();
    renderApp("/servers?add=true", answers);
    expect(await field(/^Name/)).toHaveValue("m-04");
    expect(await field(/^Address/)).toHaveValue("10.0.1.4");
  });

  it("one that is not set up offers that, on its page; one that is does not", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/servers", servers);
    const row = await screen.findByRole("row", { name: /m-02/ });
    expect(
      within(screen.getByRole("row", { name: /m-01/ })).queryByRole("button", { name: /Set up/ }),
    ).not.toBeInTheDocument();
    await user.click(within(row).getByRole("button", { name: "Set up…" }));
    await waitFor(() => expect(history.location.href).toBe("/servers/2?do=setUp"));
  });
});

describe("a changed host key", () => {
  const changed = { ...master, status: "HOST_KEY_CHANGED", statusReason: "It shows another key." };
  const key = `SHA256:${"b".repeat(43)}`;

  it("is pinned only by its fingerprint, and then the server is set up again", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/servers", {
      ...servers,
      Servers: () => ({ servers: [changed], publicKey: "" }),
      PinHostKey: () => ({
        pinHostKey: {
          __typename: "PinHostKeyPayload",
          server: {
            __typename: "Server",
            id: "1",
            status: "NEW",
            statusReason: "",
            hostKeyFingerprint: key,
          },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Look at the host key…" }));
    const pin = await screen.findByRole("button", { name: "Pin this key for m-01" });
    expect(pin).toBeDisabled();
    await user.type(await field(/^New fingerprint/), "SHA256:short");
    expect(pin).toBeDisabled();
    await user.clear(await field(/^New fingerprint/));
    await user.type(await field(/^New fingerprint/), key);
    await user.click(pin);
    await waitFor(() =>
      expect(sent(requests, "PinHostKey")[0]?.variables.input).toEqual({
        serverId: "1",
        hostKeyFingerprint: key,
      }),
    );
    await waitFor(() => expect(history.location.href).toBe("/servers/1?do=setUp"));
  });

  it("that is not the one shown is refused at the field", async () => {
    const user = userEvent.setup();
    renderApp("/servers?pin=1", {
      ...servers,
      Servers: () => ({ servers: [changed], publicKey: "" }),
      PinHostKey: refusal(
        "HOST_KEY_CHANGED",
        "The server shows another key than this one.",
        "input.hostKeyFingerprint",
      ),
    });
    await user.type(await field(/^New fingerprint/), key);
    await user.click(screen.getByRole("button", { name: "Pin this key for m-01" }));
    expect(
      await screen.findByText("The server shows another key than this one."),
    ).toBeInTheDocument();
  });
});

describe("private apps and webhooks", () => {
  const app = {
    __typename: "App",
    id: "3",
    name: "crm",
    repository: "https://git.example.com/crm",
    branch: "main",
    access: "OPEN",
    publicKey: "",
    hookMadeAt: null,
    lookedAt: "2026-05-01T10:00:00Z",
    lookError: "git ls-remote of crm failed: Authentication failed",
  };
  const apps: Record<string, Answer> = {
    ...admin,
    ...watched,
    Apps: () => ({ apps: [app] }),
    NewestReleases: () => ({ releases: [] }),
  };

  it("say why a branch could not be looked at", async () => {
    renderApp("/apps", apps);
    expect(await screen.findByText(/Authentication failed/)).toBeVisible();
  });

  it("a private one gets a token, which is sent and shown nowhere", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/apps?settings=crm", {
      ...apps,
      SetAppAccess: () => ({
        setAppAccess: { __typename: "SetAppAccessPayload", app: { ...app, access: "TOKEN" } },
      }),
    });
    await user.click(await screen.findByRole("radio", { name: /^Deploy key/ }));
    expect(screen.getByText(/A deploy key is for ssh addresses/)).toBeVisible();
    await user.click(screen.getByRole("radio", { name: /^Token/ }));
    await user.type(
      await screen.findByLabelText(/^Token/, { selector: "input[type=password]" }),
      "glpat-12345678",
    );
    await user.click(screen.getByRole("button", { name: "Change the access" }));
    await waitFor(() => expect(sent(requests, "SetAppAccess")).toHaveLength(1));
    expect(sent(requests, "SetAppAccess")[0]?.variables.input).toEqual({
      appId: "3",
      access: "TOKEN",
      token: "glpat-12345678",
    });
    await waitFor(() => expect(screen.queryByDisplayValue("glpat-12345678")).toBeNull());
  });

  it("the secret of a webhook is shown once", async () => {
    const user = userEvent.setup();
    renderApp("/apps?settings=crm", {
      ...apps,
      RenewAppWebhook: () => ({
        renewAppWebhook: { __typename: "RenewAppWebhookPayload", secret: "SHOWNONCE", app },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Make a secret" }));
    expect(await screen.findByRole("button", { name: "Copy secret SHOWNONCE" })).toBeVisible();
    expect(screen.getByText(/\/webhooks\/releases\/crm$/)).toBeVisible();
  });
});

describe("a new site", () => {
  const choices: Record<string, Answer> = {
    ...admin,
    ...watched,
    CreateSiteChoices: () => ({
      benches: [bench],
      plans: [{ __typename: "Plan", id: "7", name: "Pro", closed: false }],
    }),
  };

  it("with a plan begins a subscription of a customer, where there is most room", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites/new", {
      ...choices,
      CustomerChoices: () => ({
        customers: {
          __typename: "CustomerConnection",
          nodes: [{ __typename: "Customer", id: "21", name: "Ada Ltd", email: "ada@example.com" }],
        },
      }),
      Placement: () => ({
        placement: {
          __typename: "Placement",
          sentence: "shop on m-01 has the most room: 61 %, by its memory.",
          chosen: { __typename: "PlacedBench", benchId: "1" },
          benches: [],
        },
      }),
      CreateSite: refusal("QUOTA_REACHED", "Pro allows 1 site to a customer.", "input.planId"),
    });
    await user.type(await field(/^Host name/), "acme.example.com");
    await user.click(await choice(/^Plan/));
    await user.click(await screen.findByRole("option", { name: "Pro" }));
    const create = screen.getByRole("button", { name: "Create acme.example.com" });
    expect(create).toBeDisabled();
    expect(await choice(/^Bench/)).toBeDisabled();
    await user.click(await choice(/^Customer/));
    await user.click(await screen.findByRole("option", { name: /Ada Ltd/ }));
    await waitFor(() => expect(create).toBeEnabled());
    await user.click(create);
    expect(await screen.findByText("Pro allows 1 site to a customer.")).toBeInTheDocument();
    expect(sent(requests, "CreateSite")[0]?.variables.input).toEqual({
      name: "acme.example.com",
      region: "",
      planId: "7",
      customerId: "21",
      apps: ["shop"],
    });
  });

  it("is created on the chosen bench without the apps that are left out", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/new", {
      ...choices,
      CreateSite: () => ({
        createSite: {
          __typename: "CreateSitePayload",
          site: { __typename: "Site", id: "5" },
          action,
          administratorPassword: "SHOWNONCE",
        },
      }),
    });
    await user.type(await field(/^Host name/), "acme.example.com");
    await user.click(await choice(/^Bench/));
    await user.click(await screen.findByRole("option", { name: /shop/ }));
    expect(screen.getByText(/is created on/)).toHaveTextContent("shop r2");
    await user.click(screen.getByRole("checkbox", { name: /shop/ }));
    await user.click(screen.getByRole("button", { name: "Create acme.example.com" }));
    expect(await screen.findByRole("button", { name: "Copy password SHOWNONCE" })).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Watch it being created" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "CreateSite")[0]?.variables.input).toEqual({
      name: "acme.example.com",
      benchId: "1",
      apps: [],
    });
  });

  it("goes where there is most room, and is not sent while nothing takes it", async () => {
    const user = userEvent.setup();
    const placed = (chosen: boolean) => ({
      placement: {
        __typename: "Placement",
        sentence: chosen
          ? "shop on m-01 has the most room: 61 %, by its memory."
          : "No bench takes a new site. m-01 is closed to new sites.",
        chosen: chosen ? { __typename: "PlacedBench", benchId: "1" } : null,
        benches: [
          {
            __typename: "PlacedBench",
            benchId: "1",
            benchName: "shop",
            serverName: "m-01",
            region: "fra1",
            sites: 12,
            room: chosen ? 0.619 : null,
            refused: chosen ? "" : "m-01 is closed to new sites.",
          },
        ],
      },
    });
    const { requests } = renderApp("/sites/new", {
      ...choices,
      Placement: ({ input }: { input: { region: string } }) => placed(input.region === "fra1"),
      CreateSite: () => ({
        createSite: {
          __typename: "CreateSitePayload",
          site: { __typename: "Site", id: "5" },
          action,
          administratorPassword: "SHOWNONCE",
        },
      }),
    });
    await user.type(await field(/^Host name/), "acme.example.com");
    await user.click(await choice(/^Bench/));
    await user.click(await screen.findByRole("option", { name: "Where there is most room" }));
    const why = await screen.findByRole("region", { name: "Placement" });
    expect(why).toHaveTextContent("No bench takes a new site.");
    expect(screen.getByRole("button", { name: "Create acme.example.com" })).toBeDisabled();
    await user.click(await choice(/^Region/));
    await user.click(await screen.findByRole("option", { name: "fra1" }));
    await waitFor(() =>
      expect(screen.getByRole("region", { name: "Placement" })).toHaveTextContent(
        "fra1 · 61 % free · 12 sites",
      ),
    );
    await user.click(screen.getByRole("button", { name: "Create acme.example.com" }));
    expect(await screen.findByRole("button", { name: "Copy password SHOWNONCE" })).toBeVisible();
    expect(sent(requests, "CreateSite")[0]?.variables.input).toEqual({
      name: "acme.example.com",
      region: "fra1",
      apps: ["shop"],
    });
  });

  it("with a name that is none is refused before anything is sent", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites/new", choices);
    await user.type(await field(/^Host name/), "acme{Tab}");
    await user.tab();
    expect(
      await screen.findByText(/A lower-case host name of at least two parts/),
    ).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Create the site" })).toBeDisabled();
    expect(sent(requests, "CreateSite")).toEqual([]);
  });
});

describe("closing to new sites", () => {
  it("closes a bench with a reason, and says so", async () => {
    const user = userEvent.setup();
    let closed = false;
    const { requests } = renderApp("/benches", {
      ...admin,
      Benches: () => ({
        benches: [{ ...bench, closedToSites: closed, closedWhy: closed ? "old version" : "" }],
      }),
      CloseBench: () => {
        closed = true;
        return {
          done: {
            __typename: "CloseBenchPayload",
            bench: { __typename: "Bench", id: "1", closedToSites: true, closedWhy: "old version" },
          },
        };
      },
    });
    await user.click(await screen.findByRole("button", { name: "Close to new sites…" }));
    await user.type(await field(/^Reason/), "old version");
    await user.click(screen.getByRole("button", { name: "Close shop" }));
    expect(await screen.findByText(/closed to new sites: old version/)).toBeInTheDocument();
    expect(sent(requests, "CloseBench")[0]?.variables.input).toEqual({
      benchId: "1",
      closed: true,
      why: "old version",
    });
    expect(await screen.findByRole("button", { name: "Open to new sites…" })).toBeEnabled();
  });

  it("is not for those who may only look", async () => {
    renderApp("/benches", { ...signedInAs("VIEWER"), Benches: () => ({ benches: [bench] }) });
    expect(await screen.findByRole("button", { name: "Close to new sites…" })).toBeDisabled();
  });

  it("is said in the list of servers", async () => {
    renderApp("/servers", {
      ...servers,
      Servers: () => ({
        servers: [{ ...inPair, closedToSites: true, closedWhy: "being replaced" }],
        publicKey: "",
      }),
    });
    expect(await screen.findByRole("row", { name: /m-01/ })).toHaveTextContent(
      "Closed to new sites: being replaced",
    );
  });
});

describe("apps", () => {
  const apps: Record<string, Answer> = {
    ...admin,
    ...watched,
    Apps: () => ({
      apps: [
        {
          __typename: "App",
          id: "2",
          name: "shop",
          repository: "https://git.example.com/shop.git",
          branch: "main",
          access: "OPEN",
          publicKey: "",
          hookMadeAt: null,
          lookedAt: null,
          lookError: "",
        },
      ],
    }),
    NewestReleases: () => ({ releases: [release("shop", commit, "1.2.0")] }),
  };

  it("show their newest releases and what each touches", async () => {
    renderApp("/apps", apps);
    const row = await screen.findByRole("row", { name: /1\.2\.0/ });
    expect(row).toHaveTextContent("Add a column");
    expect(row).toHaveTextContent("2 patches");
  });

  it("fetch their releases on demand", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/apps", {
      ...apps,
      FetchReleases: () => ({ fetchReleases: { __typename: "FetchReleasesPayload", action } }),
    });
    await user.click(await screen.findByRole("button", { name: "Fetch releases" }));
    expect(await screen.findByRole("link", { name: "Watch it fetch" })).toHaveAttribute(
      "href",
      "/activity/900",
    );
    expect(sent(requests, "FetchReleases")[0]?.variables).toEqual({ input: { appId: "2" } });
  });

  it("a new one guesses its name, and refuses an address with a password", async () => {
    const user = userEvent.setup();
    renderApp("/apps?add=true", apps);
    await user.type(await field(/^Repository/), "https://git.example.com/my-app.git");
    expect(await field(/^Name/)).toHaveValue("my_app");
    await user.clear(await field(/^Repository/));
    await user.type(await field(/^Repository/), "https://u:p@git.example.com/a");
    expect(screen.getByText("No password may be in the address.")).toBeInTheDocument();
  });
});

describe("the queue and the history", () => {
  const actions: Record<string, Answer> = {
    ...admin,
    Actions: ({ filter }: { filter: { statuses: string[] | null } }) => ({
      actions: {
        __typename: "ActionConnection",
        totalCount: 1,
        pageInfo: { __typename: "PageInfo", endCursor: "1", hasNextPage: false },
        nodes: [
          {
            __typename: "Action",
            id: "900",
            kind: "SET_UP_SERVER",
            status: filter.statuses?.[0] ?? "RUNNING",
            title: "Set up m-01",
            actorName: "ana",
            percent: 44,
            step: "Install MariaDB",
            errorMessage: "",
            attempt: 1,
            createdAt: "2026-05-01T10:00:00Z",
            startedAt: "2026-05-01T10:00:00Z",
            finishedAt: null,
            server: { __typename: "Server", id: "1", name: "m-01" },
            deploy: null,
          },
        ],
      },
    }),
  };

  it("asks for what the address says, roots alone unless parts are wanted", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/activity?status=%5B%22FAILED%22%5D", actions);
    expect(await screen.findByRole("row", { name: /Set up m-01/ })).toHaveTextContent("Failed");
    expect(sent(requests, "Actions")[0]?.variables.filter).toMatchObject({
      statuses: ["FAILED"],
      rootsOnly: true,
    });
    await user.click(screen.getByRole("switch", { name: "Parts of others too" }));
    await waitFor(() =>
      expect(sent(requests, "Actions").at(-1)?.variables.filter.rootsOnly).toBe(false),
    );
    expect(history.location.search).toContain("parts=true");
  });
});

describe("the audit log", () => {
  const entry = (id: number) => ({
    __typename: "AuditEntry",
    id: String(id),
    at: "2026-05-01T10:00:00Z",
    actorName: "ana",
    remoteAddress: "10.0.0.7",
    operation: "deploySites",
    subject: `shop 1.2.0 to ${id} sites`,
    action: { __typename: "Action", id: "900", status: "FAILED", title: "Deploy" },
  });
  const log: Record<string, Answer> = {
    ...admin,
    AuditLog: ({ after }: { after: string | null }) => ({
      auditLog: {
        __typename: "AuditConnection",
        totalCount: 70,
        pageInfo: { __typename: "PageInfo", endCursor: "50", hasNextPage: after === null },
        nodes: [entry(after === null ? 70 : 20)],
      },
    }),
  };

  it("says who asked for what, from where, and what came of it", async () => {
    renderApp("/audit", log);
    const row = await screen.findByRole("row", { name: /to 70 sites/ });
    expect(row).toHaveTextContent("ana");
    expect(row).toHaveTextContent("Deployed sites");
    expect(row).toHaveTextContent("10.0.0.7");
    expect(within(row).getByRole("link", { name: "Failed" })).toHaveAttribute(
      "href",
      "/activity/900",
    );
  });

  it("turns pages, in the address", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/audit", log);
    expect(await screen.findByText("1 to 50 of 70")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Older" }));
    expect(await screen.findByRole("row", { name: /to 20 sites/ })).toBeInTheDocument();
    expect(screen.getByText("51 to 70 of 70")).toBeInTheDocument();
    expect(history.location.search).toContain("trail");
    await user.click(screen.getByRole("button", { name: "Newer" }));
    expect(await screen.findByRole("row", { name: /to 70 sites/ })).toBeInTheDocument();
  });
});
