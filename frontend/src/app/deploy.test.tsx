import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, refusal, renderApp, type SentRequest, signedIn, signedInAs } from "./testing";

const TOTAL = 1200;
const commit = "c".repeat(40);
const older = "d".repeat(40);

function site(index: number) {
  return {
    __typename: "Site",
    id: String(index + 1),
    name: `site-${String(index).padStart(4, "0")}.example.com`,
    status: "ACTIVE",
    statusReason: "",
    version: "shop 1.1.0",
    maintenanceSince: null,
    serving: "OPEN",
    createdAt: "2026-05-01T10:00:00Z",
    bench: { __typename: "Bench", id: "1", name: "shop" },
    server: { __typename: "Server", id: "1", name: "m-01" },
    revision: { __typename: "Revision", id: "11", name: "r1" },
    deploy: null,
    health: {
      __typename: "SiteHealth",
      state: "UP",
      since: "2026-05-01T10:00:00Z",
      checkedAt: "2026-05-01T10:00:00Z",
      status: 200,
    },
  };
}

const release = (position: number, hash: string, subject: string) => ({
  __typename: "Release",
  id: String(position),
  commit: hash,
  version: `1.${position}.0`,
  subject,
  author: "Lee",
  authoredAt: "2026-05-01T10:00:00Z",
  position,
  touches: position === 2 ? ["2 patches", "schema"] : [],
});

function plan(ids: string[], notes: object[] = []) {
  return {
    deployPlan: {
      __typename: "DeployPlan",
      siteCount: ids.length,
      alreadyThere: [],
      patches: ids.length * 2,
      expectedMinutes: 2,
      notes,
      groups: [
        {
          __typename: "PlanGroup",
          benchId: "1",
          benchName: "shop",
          serverId: "1",
          serverName: "m-01",
          built: false,
          staysBehind: TOTAL - ids.length,
          expectedMinutes: 2,
          apps: [],
          moves: [
            {
              __typename: "PlanMove",
              app: "shop",
              fromCommit: older,
              fromVersion: "1.1.0",
              toCommit: commit,
              toVersion: "1.2.0",
              sites: ids.length,
              backwards: false,
            },
          ],
          sites: ids.map((id) => ({
            __typename: "PlanSite",
            siteId: id,
            siteName: site(Number(id) - 1).name,
            fromVersion: "shop 1.1.0",
            toVersion: "shop 1.2.0",
            patches: 2,
            expectedSeconds: 9,
          })),
        },
      ],
    },
  };
}

const answers: Record<string, Answer> = {
  ...signedIn,
  SitesPage: ({
    first,
    after,
    filter,
  }: {
    first: number;
    after: string | null;
    filter: { search?: string };
  }) => {
    const all = Array.from({ length: TOTAL }, (_, index) => site(index)).filter(({ name }) =>
      name.includes(filter.search ?? ""),
    );
    const start = after === null ? 0 : Number(after);
    const nodes = all.slice(start, start + first);
    return {
      sites: {
        __typename: "SiteConnection",
        totalCount: all.length,
        nodes,
        pageInfo: {
          __typename: "PageInfo",
          endCursor: String(start + nodes.length),
          hasNextPage: start + nodes.length < all.length,
        },
      },
    };
  },
  SiteFilters: () => ({
    servers: [{ __typename: "Server", id: "1", name: "m-01", role: "MASTER", siteCount: TOTAL }],
    benches: [],
    siteVersions: ["shop 1.1.0"],
  }),
  SiteIds: () => ({ siteIds: Array.from({ length: TOTAL }, (_, index) => String(index + 1)) }),
  DeployApps: () => ({
    apps: [
      { __typename: "App", id: "1", name: "frappe", branch: "main" },
      { __typename: "App", id: "2", name: "shop", branch: "main" },
    ],
    benches: [
      {
        __typename: "Bench",
        id: "1",
        revisions: [
          {
            __typename: "Revision",
            id: "11",
            apps: [
              { __typename: "RevisionApp", app: "frappe", commit: "f".repeat(40) },
              { __typename: "RevisionApp", app: "shop", commit: older },
            ],
          },
        ],
      },
    ],
  }),
  DeployReleases: () => ({
    releases: [release(2, commit, "Add a column"), release(1, older, "First release")],
  }),
  DeployPlan: ({ input }: { input: { siteIds: string[] } }) => plan(input.siteIds),
  DeploySites: () => ({
    deploySites: {
      __typename: "DeploySitesPayload",
      deploy: { __typename: "Deploy", id: "184", title: "shop 1.2.0", status: "QUEUED" },
    },
  }),
};

const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);

const row = (name: string) => screen.findByRole("row", { name: new RegExp(name) });

describe("the list of sites", () => {
  it("renders only what is in sight, and says how many there are", async () => {
    renderApp("/sites", answers);
    await row("site-0000");
    expect(screen.getByRole("heading", { name: "Sites 1,200" })).toBeVisible();
    expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", String(TOTAL + 1));
    expect(screen.getAllByRole("row").length).toBeLessThan(100);
  });

  it("searches with / and keeps the search in the address", async () => {
    const { history, requests } = renderApp("/sites", answers);
    await row("site-0000");
    const user = userEvent.setup();
    await user.keyboard("/");
    expect(screen.getByRole("searchbox", { name: "Search by host name" })).toHaveFocus();
    await user.keyboard("0042");
    await waitFor(() => expect(history.location.href).toContain("q="));
    await row("site-0042");
    expect(screen.getByRole("heading", { name: "Sites 1" })).toBeVisible();
    expect(sent(requests, "SitesPage").at(-1)?.variables.filter).toEqual({ search: "0042" });
  });

  it("reads filters from the address and shows them as chips", async () => {
    const { requests } = renderApp('/sites?server=["1"]&status=["BROKEN"]', answers);
    expect(await screen.findByRole("button", { name: "Remove the filter Server" })).toBeVisible();
    expect(sent(requests, "SitesPage")[0]?.variables.filter).toEqual({
      serverIds: ["1"],
      statuses: ["BROKEN"],
    });
  });

  it("clears all filters, and takes none for another", async () => {
    const { requests } = renderApp(
      '/sites?q=a&server=["1"]&status=["BROKEN"]&standby=ONLY&backup=48',
      answers,
    );
    await userEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(sent(requests, "SitesPage").at(-1)?.variables.filter).toEqual({}));
    expect(screen.queryByRole("button", { name: "Clear filters" })).toBeNull();
  });

  it("moves with j and k and ticks with x", async () => {
    renderApp("/sites", answers);
    await row("site-0000");
    const user = userEvent.setup();
    await user.keyboard("jjxjx");
    expect(await row("site-0001")).toHaveAttribute("aria-selected", "true");
    expect(await row("site-0002")).toHaveAttribute("aria-selected", "true");
    await user.keyboard("kx");
    expect(await row("site-0001")).toHaveAttribute("aria-selected", "false");
    expect(screen.getByText("1 site ticked")).toBeVisible();
    await user.keyboard("{Escape}");
    expect(screen.queryByText(/ticked/)).toBeNull();
  });

  it("ticks a range with shift, and all that match only when asked to", async () => {
    const { requests } = renderApp("/sites", answers);
    const user = userEvent.setup();
    await user.click(await row("site-0001"));
    await user.keyboard("{Shift>}");
    await user.click(await row("site-0004"));
    await user.keyboard("{/Shift}");
    expect(screen.getByText("4 sites ticked")).toBeVisible();
    expect(sent(requests, "SiteIds")).toEqual([]);

    await user.click(screen.getByRole("button", { name: "Tick all 1,200 that match" }));
    expect(await screen.findByText("1,200 sites ticked")).toBeVisible();
  });

  it("has the columns that are chosen", async () => {
    renderApp("/sites", answers);
    const user = userEvent.setup();
    await row("site-0001");
    expect(screen.getByRole("columnheader", { name: "Server" })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Server" }));
    expect(screen.queryByRole("columnheader", { name: "Server" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("menuitemcheckbox", { name: "Server" }));
    expect(screen.getByRole("columnheader", { name: "Server" })).toBeInTheDocument();
  });

  it("says what failed and tries again", async () => {
    let works = false;
    renderApp("/sites", {
      ...answers,
      SitesPage: (variables) =>
        works
          ? (answers.SitesPage as Answer)(variables)
          : { errors: [{ message: "The database is away.", extensions: { code: "INTERNAL" } }] },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is away.");
    works = true;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await row("site-0000");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("the deploy form", () => {
  async function tickTwo() {
    const user = userEvent.setup();
    await user.click(await row("site-0001"));
    await user.click(await row("site-0003"));
    return user;
  }

  it("takes four clicks from ticked sites to a running deploy", async () => {
    const { history, requests } = renderApp("/sites", answers);
    const user = await tickTwo();

    await user.click(screen.getByRole("button", { name: "Deploy" }));
    await user.click(await screen.findByRole("radio", { name: /Add a column/ }));
    await user.click(screen.getByRole("button", { name: "Review" }));
    const group = await screen.findByRole("region", { name: "shop on m-01" });
    expect(within(group).getByText("site-0001.example.com")).toBeVisible();
    expect(within(group).getByText("site-0003.example.com")).toBeVisible();
    expect(within(group).getByText(/1198 other sites/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Deploy 2 sites" }));

    await waitFor(() => expect(history.location.pathname).toBe("/deploys/184"));
    expect(sent(requests, "DeploySites")).toHaveLength(1);
    expect(sent(requests, "DeploySites")[0]?.variables).toEqual({
      input: {
        siteIds: ["2", "4"],
        releases: [{ app: "shop", commit }],
        sitesAtOnce: 4,
        skipFailingPatches: false,
        idempotencyKey: expect.stringMatching(/^[0-9a-f-]{40,100}$/),
      },
    });
    expect(sessionStorage.getItem("central.sites.ticked")).not.toContain('"2"');
  });

  it("says how far each release is from what the sites run", async () => {
    renderApp("/sites", answers);
    const user = await tickTwo();
    await user.click(screen.getByRole("button", { name: "Deploy" }));
    const releases = await screen.findByRole("radiogroup", { name: /Releases of shop/ });
    expect(within(releases).getByText("1 ahead")).toBeVisible();
    expect(within(releases).getByText("2 sites are here")).toBeVisible();
    expect(within(releases).getByText("2 patches")).toBeVisible();
  });

  it("shows what lies between where the sites are and where they go", async () => {
    const { requests } = renderApp("/sites", {
      ...answers,
      ReleasesBetween: () => ({
        releasesBetween: {
          __typename: "ReleaseRange",
          count: 1,
          touches: ["2 patches", "schema"],
          releases: [release(2, commit, "Add a column")],
        },
      }),
    });
    const user = await tickTwo();
    await user.click(screen.getByRole("button", { name: "Deploy" }));
    await user.click(await screen.findByRole("radio", { name: /Add a column/ }));
    await user.click(screen.getByRole("button", { name: "Review" }));
    await user.click(await screen.findByRole("button", { name: /^shop 1\.1\.0.*2 sites$/ }));
    const between = await screen.findByRole("region", { name: "Releases of shop in between" });
    expect(between).toHaveTextContent("1 release, in all 2 patches, schema");
    expect(between).toHaveTextContent("Add a column");
    expect(sent(requests, "ReleasesBetween")[0]?.variables).toEqual({
      app: "shop",
      from: older,
      to: commit,
    });
  });

  it("refuses while something stands in the way, and offers to leave it out", async () => {
    const { requests } = renderApp("/sites", {
      ...answers,
      DeployPlan: ({ input }: { input: { siteIds: string[] } }) =>
        plan(
          input.siteIds,
          input.siteIds.includes("4")
            ? [
                {
                  __typename: "PlanNote",
                  severity: "BLOCKING",
                  code: "SITE_BUSY",
                  message: "site-0003.example.com is in deploy 7 of lee.",
                  siteId: "4",
                },
              ]
            : [],
        ),
    });
    const user = await tickTwo();
    await user.click(screen.getByRole("button", { name: "Deploy" }));
    await user.click(await screen.findByRole("radio", { name: /Add a column/ }));
    await user.click(screen.getByRole("button", { name: "Review" }));

    expect(await screen.findByText("site-0003.example.com is in deploy 7 of lee.")).toBeVisible();
    const deploy = screen.getByRole("button", { name: "Deploy 2 sites" });
    expect(deploy).toHaveAttribute("aria-disabled", "true");
    await user.click(deploy);
    expect(sent(requests, "DeploySites")).toEqual([]);

    await user.click(screen.getByRole("button", { name: "Leave out this site" }));
    expect(await screen.findByRole("button", { name: "Deploy 1 site" })).toHaveAttribute(
      "aria-disabled",
      "false",
    );
  });

  it("shows a refusal, keeps everything, and sends the same key again", async () => {
    let refuse = true;
    const { requests } = renderApp("/sites", {
      ...answers,
      DeploySites: (variables) =>
        refuse
          ? refusal("SITE_BUSY", "site-0001.example.com is busy.")(variables)
          : (answers.DeploySites as Answer)(variables),
    });
    const user = await tickTwo();
    await user.click(screen.getByRole("button", { name: "Deploy" }));
    await user.click(await screen.findByRole("radio", { name: /Add a column/ }));
    await user.click(screen.getByRole("button", { name: "Review" }));
    await user.click(await screen.findByRole("button", { name: "Deploy 2 sites" }));
    expect(await screen.findByText(/site-0001.example.com is busy/)).toBeVisible();

    refuse = false;
    await user.click(screen.getByRole("button", { name: "Deploy 2 sites" }));
    await waitFor(() => expect(sent(requests, "DeploySites")).toHaveLength(2));
    const [first, second] = sent(requests, "DeploySites");
    expect(second?.variables).toEqual(first?.variables);
  });

  it("is where it was after a reload", async () => {
    const { unmount, history } = renderApp("/sites", answers);
    const user = await tickTwo();
    await user.click(screen.getByRole("button", { name: "Deploy" }));
    await user.click(await screen.findByRole("radio", { name: /Add a column/ }));
    await user.click(screen.getByRole("button", { name: "Review" }));
    await screen.findByRole("button", { name: "Deploy 2 sites" });
    const address = history.location.href;
    unmount();

    renderApp(address, answers);
    expect(await screen.findByRole("button", { name: "Deploy 2 sites" })).toBeVisible();
  });

  it("deploys nothing when nothing is ticked", async () => {
    renderApp("/sites?deploy=review", answers);
    expect(await screen.findByText("No site is ticked")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Deploy/ })).toBeNull();
  });

  it("is not for viewers", async () => {
    renderApp("/sites", {
      ...answers,
      ...signedInAs("VIEWER"),
    });
    await tickTwo();
    expect(screen.getByRole("button", { name: "Deploy" })).toHaveAttribute("aria-disabled", "true");
  });
});

/** What changeSites would do, as far as these pages show it. */
const bulkPlan = ({ input }: { input: { siteIds: string[]; deed: string; pattern: string } }) => ({
  bulkPlan: {
    __typename: "BulkPlan",
    title: `${input.deed} ${input.siteIds.length} sites`,
    does: ["It is done."],
    sites: input.siteIds
      .filter((id) => id !== "4" || input.deed !== "RENAME")
      .map((id) => ({
        __typename: "PlanSite",
        siteId: id,
        siteName: site(Number(id) - 1).name,
      })),
    notes:
      input.deed === "ARCHIVE" && (input as { confirmSites?: number }).confirmSites !== 2
        ? [note("input.confirmSites", "Say how many sites are removed from their servers: 2.")]
        : input.deed === "RENAME" && input.siteIds.includes("4")
          ? [note("input.pattern", "b.example.org, for site-0003: It is a name of z.", "4")]
          : [],
  },
});

const note = (field: string, message: string, siteId: string | null = null) => ({
  __typename: "PlanNote",
  severity: "BLOCKING",
  field,
  message,
  siteId,
});

describe("a change of many sites", () => {
  const changing = {
    ...answers,
    BulkPlan: bulkPlan,
    ChangeSites: () => ({
      changeSites: { __typename: "BulkPayload", action: { __typename: "Action", id: "70" } },
    }),
    ActionPage: () => ({ action: null }),
  } as unknown as Record<string, Answer>;

  async function open(button: string) {
    const app = renderApp("/sites", changing);
    const user = userEvent.setup();
    await user.click(await row("site-0001"));
    await user.click(await row("site-0003"));
    await user.click(screen.getByRole("button", { name: button }));
    const dialog = within(await screen.findByRole("dialog"));
    return { ...app, user, dialog };
  }
  const sent = (requests: SentRequest[]) =>
    requests
      .filter(({ operation }) => operation === "ChangeSites")
      .map(({ variables }) => variables.input);

  it("treats the visitors of all ticked sites otherwise, as one action", async () => {
    const { requests, history, user, dialog } = await open("Visitors…");
    expect(history.location.search).toContain("visitors=true");
    await user.click(dialog.getByRole("radio", { name: /^Suspended/ }));
    await user.click(await dialog.findByRole("button", { name: "SERVE 2 sites" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/70"));
    expect(sent(requests)).toMatchObject([
      { siteIds: ["2", "4"], deed: "SERVE", serving: "SUSPENDED" },
    ]);
  });

  it("archives only when their number is typed", async () => {
    const { requests, history, user, dialog } = await open("Change…");
    await user.click(dialog.getByRole("combobox", { name: "What to do with each" }));
    await user.click(await screen.findByRole("option", { name: "Archive them" }));
    const number = await dialog.findByRole("textbox", { name: /^Type 2 to remove/ });
    await user.type(number, "3");
    expect(await dialog.findByRole("button", { name: "ARCHIVE 2 sites" })).toBeDisabled();
    await user.clear(number);
    await user.type(number, "2");
    const archive = await dialog.findByRole("button", { name: "ARCHIVE 2 sites" });
    await waitFor(() => expect(archive).toBeEnabled());
    await user.click(archive);
    await waitFor(() => expect(history.location.pathname).toBe("/activity/70"));
    expect(sent(requests)).toMatchObject([{ deed: "ARCHIVE", confirmSites: 2 }]);
  });

  it("restores only what was taken until the moment that is chosen, when their number is typed", async () => {
    const { requests, user, dialog } = await open("Change…");
    await user.click(dialog.getByRole("combobox", { name: "What to do with each" }));
    await user.click(await screen.findByRole("option", { name: /^Restore them/ }));
    fireEvent.change(dialog.getByLabelText("Backups taken until"), {
      target: { value: "2026-03-01T10:30" },
    });
    await user.type(await dialog.findByRole("textbox", { name: /^Type 2: so many sites go/ }), "2");
    const restore = await dialog.findByRole("button", { name: "RESTORE 2 sites" });
    await waitFor(() => expect(restore).toBeEnabled());
    await user.click(restore);
    await waitFor(() =>
      expect(sent(requests)).toMatchObject([
        {
          deed: "RESTORE",
          confirmSites: 2,
          before: new Date(2026, 2, 1, 10, 30).toISOString(),
        },
      ]),
    );
  });

  it("removes a domain of each only when it is named", async () => {
    const { requests, user, dialog } = await open("Change…");
    await user.click(dialog.getByRole("combobox", { name: "What to do with each" }));
    await user.click(await screen.findByRole("option", { name: "Remove a domain from each" }));
    expect(dialog.queryByRole("textbox", { name: /^Type 2/ })).toBeNull();
    await user.click(dialog.getByRole("textbox", { name: "Domains" }));
    await user.paste("{name}.example.org");
    await user.type(dialog.getByRole("textbox", { name: /^Type 2: .* lose a domain/ }), "2");
    await user.click(await dialog.findByRole("button", { name: "REMOVE_DOMAIN 2 sites" }));
    await waitFor(() =>
      expect(sent(requests)).toMatchObject([{ pattern: "{name}.example.org", confirmSites: 2 }]),
    );
  });

  it("names the site whose new name cannot be, and goes on without it", async () => {
    const { requests, user, dialog } = await open("Change…");
    await user.click(dialog.getByRole("combobox", { name: "What to do with each" }));
    await user.click(await screen.findByRole("option", { name: "Rename each" }));
    await user.click(dialog.getByRole("textbox", { name: "New host names" }));
    await user.paste("{name}.example.org");
    expect(await dialog.findByText(/for site-0003: It is a name of z/)).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "RENAME 2 sites" })).toBeDisabled();
    await user.click(dialog.getByRole("button", { name: "Leave it out: 1 is left" }));
    const rename = await dialog.findByRole("button", { name: "RENAME 1 sites" });
    await waitFor(() => expect(rename).toBeEnabled());
    await user.click(rename);
    await waitFor(() =>
      expect(sent(requests)).toMatchObject([{ siteIds: ["2"], pattern: "{name}.example.org" }]),
    );
  });
});
