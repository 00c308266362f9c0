import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { action, bench, commit, commit2, nodeVersions, release } from "./benchFixture";
import { type Answer, master, refusal, renderApp, type SentRequest, signedInAs } from "./testing";

const admin = signedInAs("ADMIN");

/** The page of the action that a form leads to. */
const watched: Record<string, Answer> = {
  Action: () => ({ action: null }),
};

const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);
const field = (name: RegExp | string) => screen.findByRole("textbox", { name });
const choice = (name: RegExp | string) => screen.findByRole("combobox", { name });

beforeEach(() => sessionStorage.clear());

const lives = (name: string, lastBackupAt: string | null) => ({
  __typename: "Site",
  id: name,
  name,
  status: "ACTIVE",
  version: "shop 1.1.0",
  lastBackupAt,
});

describe("benches", () => {
  const benches: Record<string, Answer> = {
    ...admin,
    ...watched,
    Benches: () => ({ benches: [bench] }),
    CreateBenchChoices: () => ({
      servers: [
        { ...master, pair: { __typename: "Pair", id: "7", name: "pair-01" } },
        { ...master, id: "2", name: "m-02", status: "FAILED" },
      ],
      apps: [
        { __typename: "App", id: "1", name: "frappe" },
        { __typename: "App", id: "2", name: "shop" },
      ],
      nodeVersions,
    }),
    BenchSettingsChoices: () => ({ nodeVersions }),
    ReleasesOfApp: ({ app }: { app: string }) => ({
      releases: [release(app, app === "frappe" ? commit : commit2, "2.0.0")],
    }),
  };

  it("show their revisions, what each is made of and how many sites run on it", async () => {
    renderApp("/benches", benches);
    const row = await screen.findByRole("row", { name: /r2/ });
    expect(row).toHaveTextContent("frappe 15.0.0");
    expect(row).toHaveTextContent("shop 1.1.0");
    expect(row).toHaveTextContent("adopted");
    expect(row).toHaveTextContent("python3.11");
    expect(row).toHaveTextContent("Node 20.20.2");
    expect(row).toHaveTextContent("local commit 3 behind");
    expect(row).toHaveTextContent("9");
  });

  const benchPage: Record<string, Answer> = {
    ...benches,
    BenchName: () => ({ thing: { __typename: "Bench", id: "1", name: "shop" } }),
    BenchPage: () => ({
      bench,
      actions: { __typename: "ActionConnection", nodes: [] },
    }),
    SitesGlance: ({ missed }: { missed: object }) => ({
      sites: {
        __typename: "SiteConnection",
        totalCount: 12,
        nodes: [
          lives("acme.example.com", new Date().toISOString()),
          lives("new.example.com", null),
        ],
      },
      missed: {
        __typename: "SiteConnection",
        totalCount: "backupOlderThanHours" in missed ? 1 : 12,
      },
    }),
  };

  it("one has a page with its settings; changing them is sent and watched", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/benches/1", {
      ...benchPage,
      ConfigureBench: () => ({
        configureBench: { __typename: "ConfigureBenchPayload", bench, action },
      }),
    });
    expect(await screen.findByText("3 sites not on the newest.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Retire" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    expect(await screen.findByRole("button", { name: "Configure shop" })).toBeDisabled();
    const web = await field(/^Web workers/);
    await user.clear(web);
    await user.type(web, "4");
    await user.click(screen.getByRole("button", { name: "Configure shop" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "ConfigureBench")[0]?.variables.input).toEqual({
      benchId: "1",
      workers: 1,
      webWorkers: 4,
      memoryMb: 0,
      python: "python3",
      node: "node",
    });
  });

  it("another Node is for revisions to come, and says so; a Python that cannot be is told at once", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/benches/1?open=settings", {
      ...benchPage,
      ConfigureBench: () => ({
        configureBench: { __typename: "ConfigureBenchPayload", bench, action },
      }),
    });
    await user.click(await choice(/^Node/));
    await user.click(await screen.findByRole("option", { name: "Node 22 · 22.23.5" }));
    expect(screen.getByText(/^Revisions that are there keep their Python and Node/)).toBeVisible();
    const python = await field(/^Python/);
    await user.clear(python);
    await user.type(python, "python2");
    expect(screen.getByRole("button", { name: "Configure shop" })).toBeDisabled();
    await user.clear(python);
    await user.type(python, "python3.12");
    await user.click(screen.getByRole("button", { name: "Configure shop" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "ConfigureBench")[0]?.variables.input).toEqual({
      benchId: "1",
      workers: 1,
      webWorkers: 2,
      memoryMb: 0,
      python: "python3.12",
      node: "node22",
    });
  });

  it("an app that one does not have is added at a release", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/benches/1?open=app", {
      ...benchPage,
      AppNames: () => ({
        apps: ["frappe", "shop", "crm"].map((name) => ({ __typename: "App", id: name, name })),
      }),
      AddBenchApp: () => ({
        addBenchApp: { __typename: "AddBenchAppPayload", bench, action },
      }),
    });
    await user.click(await choice(/^App/));
    expect(screen.queryByRole("option", { name: "shop" })).not.toBeInTheDocument();
    await user.click(await screen.findByRole("option", { name: "crm" }));
    await user.click(await choice("Release of crm"));
    await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    await user.click(screen.getByRole("button", { name: "Add crm" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "AddBenchApp")[0]?.variables.input).toEqual({
      benchId: "1",
      app: "crm",
      commit: commit2,
    });
  });

  it("an empty one is retired once its name is typed", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/benches/1?open=retire", {
      ...benchPage,
      BenchPage: () => ({
        bench: { ...bench, siteCount: 0 },
        actions: { __typename: "ActionConnection", nodes: [] },
      }),
      RetireBench: () => ({
        retireBench: { __typename: "RetireBenchPayload", bench },
      }),
    });
    const name = await field(/^Type shop/);
    expect(screen.getByRole("button", { name: "Retire shop" })).toBeDisabled();
    await user.type(name, "shop");
    await user.click(screen.getByRole("button", { name: "Retire shop" }));
    await waitFor(() => expect(history.location.pathname).toBe("/benches"));
    expect(sent(requests, "RetireBench")[0]?.variables.input).toEqual({
      benchId: "1",
      confirmName: "shop",
    });
  });

  it("a new one names a master and each app at one commit", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/benches?add=true", {
      ...benches,
      CreateBench: () => ({
        createBench: {
          __typename: "CreateBenchPayload",
          bench: { __typename: "Bench", id: "2" },
          action,
        },
      }),
    });
    await user.type(await field(/^Name/), "main-v15");
    await user.click(await choice(/^Master/));
    await user.click(await screen.findByRole("option", { name: "m-01 · pair pair-01 · 12 sites" }));
    expect(screen.queryByRole("option", { name: /m-02/ })).not.toBeInTheDocument();
    await user.click(await choice(/^Node/));
    await user.click(await screen.findByRole("option", { name: /^Node 20/ }));
    await user.click(await choice("Release of frappe"));
    await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    await user.click(screen.getByRole("button", { name: "Another app" }));
    expect(screen.getByRole("button", { name: "Create main-v15" })).toBeDisabled();
    await user.click(await choice("App 2"));
    await user.click(await screen.findByRole("option", { name: "shop" }));
    await user.click(await choice("Release of shop"));
    await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    await user.click(screen.getByRole("button", { name: "Create main-v15" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/900"));
    expect(sent(requests, "CreateBench")[0]?.variables.input).toEqual({
      name: "main-v15",
      serverId: "1",
      python: "python3",
      node: "node20",
      workers: 1,
      webWorkers: 2,
      memoryMb: 0,
      apps: [
        { app: "frappe", commit },
        { app: "shop", commit: commit2 },
      ],
    });
  });

  it("a new one says what it runs; what no revision may have is told at once", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/benches?add=true", {
      ...benches,
      CreateBench: refusal("INVALID", "There is no room for so many.", "input.webWorkers"),
    });
    await user.type(await field(/^Name/), "main-v15");
    await user.click(await choice(/^Master/));
    await user.click(await screen.findByRole("option", { name: /m-01/ }));
    await user.click(await choice("Release of frappe"));
    await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    const set = async (name: RegExp, value: string) => {
      await user.clear(await field(name));
      await user.type(await field(name), value);
    };
    await set(/^Web workers/, "8");
    await set(/^Background workers/, "3");
    await set(/^Memory limit/, "128");
    expect(screen.getByText("A limit has at least 256 MB.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Create main-v15" })).toBeDisabled();
    await set(/^Memory limit/, "2048");
    await user.click(screen.getByRole("button", { name: "Create main-v15" }));
    expect(await screen.findByText("There is no room for so many.")).toBeVisible();
    expect(sent(requests, "CreateBench")[0]?.variables.input).toMatchObject({
      workers: 3,
      webWorkers: 8,
      memoryMb: 2048,
    });
  });

  it("a new one has its apps in the order that they are moved to", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/benches?add=true", {
      ...benches,
      CreateBenchChoices: () => ({
        servers: [master],
        apps: ["frappe", "shop", "crm"].map((name) => ({ __typename: "App", id: name, name })),
        nodeVersions,
      }),
      CreateBench: refusal("CONFLICT", "Not now.", "input.name"),
    });
    await user.type(await field(/^Name/), "main-v15");
    await user.click(await choice(/^Master/));
    await user.click(await screen.findByRole("option", { name: "m-01 · no pair · 12 sites" }));
    await user.click(await choice("Release of frappe"));
    await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    for (const [index, app] of [
      [2, "shop"],
      [3, "crm"],
    ]) {
      await user.click(screen.getByRole("button", { name: "Another app" }));
      await user.click(await choice(`App ${index}`));
      await user.click(await screen.findByRole("option", { name: String(app) }));
      await user.click(await choice(`Release of ${app}`));
      await user.click(await screen.findByRole("option", { name: /2\.0\.0/ }));
    }
    // Nothing goes before frappe.
    expect(screen.getByRole("button", { name: "Install shop earlier" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Install crm earlier" }));
    expect(screen.getByRole("button", { name: "Install crm earlier" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Create main-v15" }));
    await waitFor(() => expect(sent(requests, "CreateBench")).toHaveLength(1));
    const { apps } = sent(requests, "CreateBench")[0]?.variables.input ?? {};
    expect(apps.map(({ app }: { app: string }) => app)).toEqual(["frappe", "crm", "shop"]);
  });

  it("how far an app is behind opens what it has had since", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/benches/1", {
      ...benchPage,
      ReleasesBetween: () => ({
        releasesBetween: {
          __typename: "ReleaseRange",
          count: 60,
          touches: ["4 patches", "hooks"],
          releases: [release("shop", commit, "1.4.0")],
        },
      }),
    });
    const behind = await screen.findByRole("button", { name: "3 behind" });
    expect(sent(requests, "ReleasesBetween")).toHaveLength(0);
    await user.click(behind);
    const between = await screen.findByRole("region", { name: "Releases of shop in between" });
    expect(between).toHaveTextContent("60 releases, in all 4 patches, hooks; the newest 1 of them");
    expect(within(between).getByRole("listitem")).toHaveTextContent("1.4.0");
    expect(sent(requests, "ReleasesBetween")[0]?.variables).toEqual({
      app: "shop",
      from: commit2,
      to: null,
    });
    await user.click(behind);
    expect(screen.queryByRole("region", { name: /in between/ })).not.toBeInTheDocument();
  });

  it("a revision with another Python or Node than the bench now gives is marked, with what to do", async () => {
    const [revision] = bench.revisions;
    renderApp("/benches/1", {
      ...benchPage,
      BenchPage: () => ({
        bench: {
          ...bench,
          python: "python3.12",
          node: "node22",
          revisions: [
            { ...revision, id: "12", name: "r3", madeForBench: true },
            { ...revision, madeForBench: false },
            { ...revision, id: "10", name: "r1", siteCount: 0, madeForBench: false },
          ],
        },
        actions: { __typename: "ActionConnection", nodes: [] },
      }),
    });
    const row = await screen.findByRole("row", { name: /^r2/ });
    expect(row).toHaveTextContent("Drifted");
    expect(row).toHaveTextContent(
      "The bench now gives python3.12 and Node 22. Deploy its 9 sites, to the releases that they have or to later ones",
    );
    expect(screen.getByRole("row", { name: /^r1/ })).toHaveTextContent(/No site lives on this/);
    expect(screen.getByRole("row", { name: /^r3/ })).not.toHaveTextContent("Drifted");
  });

  it("a page lists its sites with the age of their backups", async () => {
    const { requests } = renderApp("/benches/1", benchPage);
    const sites = within(await screen.findByRole("region", { name: "Sites" }));
    expect((await sites.findAllByRole("listitem")).map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/acme\.example\.com.*just now/),
      expect.stringMatching(/new\.example\.com.*never/),
    ]);
    expect(sites.getByRole("link", { name: "All 12 sites" })).toHaveAttribute(
      "href",
      expect.stringContaining("/sites?bench="),
    );
    expect(sites.getByRole("link", { name: /^1 without a backup/ })).toHaveAttribute(
      "href",
      expect.stringContaining("backup=48"),
    );
    expect(sent(requests, "SitesGlance")[0]?.variables.filter).toEqual({ benchIds: ["1"] });
  });
});
