import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { page } from "./sitePageFixture";
import { refusal, renderApp, signedInAs } from "./testing";

describe("a site's page", () => {
  it("says what the site is, who pays for it and what happened to it", async () => {
    renderApp("/sites/7", page());
    expect(await screen.findByRole("heading", { name: /acme.example.com/ })).toHaveTextContent(
      "Active",
    );
    const facts = screen.getByRole("region", { name: "Facts" });
    for (const text of ["shop 1.2.0", "main", "m-01", "north", "status 200", "Small", "Trial"]) {
      expect(facts).toHaveTextContent(text);
    }
    expect(within(facts).getByRole("link", { name: "Ana Lee" })).toHaveAttribute(
      "href",
      "/customers/6",
    );
    const history = within(screen.getByRole("region", { name: "History" }));
    const lines = history.getAllByRole("listitem");
    expect(lines[0]).toHaveTextContent("Move acme.example.com to main r4");
    expect(lines[0]).toHaveTextContent("closed for 1.4 s");
    expect(lines[1]).toHaveTextContent("It answered 502.");
    expect(lines[2]).toHaveTextContent("Create acme.example.com");
    expect(history.getByRole("link", { name: "shop 1.2.0 to 3 sites" })).toHaveAttribute(
      "href",
      "/deploys/12",
    );
    const crumbs = screen.getByRole("navigation", { name: "Where you are" });
    expect(crumbs).toHaveTextContent("acme.example.com");
  });

  it("shows what holds the site, and lets other work wait for it", async () => {
    const user = userEvent.setup();
    const busyWith = {
      __typename: "Action",
      id: "901",
      title: "Rename acme.example.com to b.example.com",
      percent: 40,
      step: "Rename",
      deploy: null,
    };
    renderApp("/sites/7", page({ busyWith }));
    expect(await screen.findByRole("link", { name: /40 %/ })).toHaveAttribute(
      "href",
      "/activity/901",
    );
    await user.click(screen.getByRole("button", { name: "Actions" }));
    expect(await screen.findByRole("menuitem", { name: "Rename…" })).toBeDisabled();
  });

  it("lets viewers look", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=rename", { ...page(), ...signedInAs("VIEWER") });
    await user.click(await screen.findByRole("button", { name: "Actions" }));
    expect(await screen.findByRole("menuitem", { name: "Rename…" })).toBeDisabled();
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("says that there is no such site", async () => {
    renderApp("/sites/77", {
      ...page(),
      SitePage: () => ({ site: null, actions: { __typename: "ActionConnection", nodes: [] } }),
      SiteName: () => ({ thing: null }),
    });
    expect(await screen.findByText("There is no site 77")).toBeInTheDocument();
  });

  it("says why it could not be loaded", async () => {
    renderApp("/sites/7", { ...page(), SitePage: refusal("INTERNAL", "Something broke.") });
    expect(await screen.findByText("The site could not be loaded")).toBeInTheDocument();
  });
});

describe("renaming", () => {
  it("checks the name as it is typed, and goes to where it can be watched", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/7?do=rename", {
      ...page(),
      RenameSite: () => ({
        renameSite: {
          __typename: "RenameSitePayload",
          site: { __typename: "Site", id: "7", busyWith: { __typename: "Action", id: "950" } },
          action: { __typename: "Action", id: "950" },
        },
      }),
      Action: () => ({ action: null }),
    });
    const dialog = within(await screen.findByRole("dialog", { name: "Rename acme.example.com" }));
    const name = dialog.getByRole("textbox", { name: /New host name/ });
    await user.clear(name);
    await user.type(name, "Bad Name");
    expect(dialog.getByText(/lower-case host name of at least two parts/)).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "Rename" })).toBeDisabled();
    await user.clear(name);
    await user.type(name, "b.example.com");
    await user.click(dialog.getByRole("button", { name: "Rename to b.example.com" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/950"));
    expect(requests.find(({ operation }) => operation === "RenameSite")?.variables.input).toEqual({
      siteId: "7",
      name: "b.example.com",
    });
  });

  it("keeps what was typed when it is refused, and says why beside the field", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=rename", {
      ...page(),
      RenameSite: refusal(
        "CONFLICT",
        "There is already a site called b.example.com.",
        "input.name",
      ),
    });
    const dialog = within(await screen.findByRole("dialog", { name: "Rename acme.example.com" }));
    const name = dialog.getByRole("textbox", { name: /New host name/ });
    await user.clear(name);
    await user.type(name, "b.example.com");
    await user.click(dialog.getByRole("button", { name: "Rename to b.example.com" }));
    expect(
      await dialog.findByText("There is already a site called b.example.com."),
    ).toBeInTheDocument();
    expect(name).toHaveValue("b.example.com");
  });
});

describe("what can be changed", () => {
  it("shows domains and configuration, and nothing of secrets", async () => {
    renderApp("/sites/7", page());
    const domains = await screen.findByRole("region", { name: "Domains" });
    expect(domains).toHaveTextContent("www.acme.org");
    expect(domains).toHaveTextContent("calls itself www.acme.org");
    const keys = screen.getByRole("region", { name: "Configuration" });
    expect(keys).toHaveTextContent("max_file_size");
    expect(keys).toHaveTextContent("a secret, not shown");
  });

  it("says where a domain should point when it is refused, and keeps what was typed", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=domain", {
      ...page(),
      AddDomain: refusal("INVALID", "It points to 203.0.113.9.", "input.name"),
    });
    const dialog = within(await screen.findByRole("dialog", { name: /Add a domain/ }));
    await user.type(dialog.getByRole("textbox", { name: /Domain/ }), "shop.acme.org");
    await user.click(dialog.getByRole("button", { name: "Add shop.acme.org" }));
    expect(await dialog.findByText("It points to 203.0.113.9.")).toBeInTheDocument();
  });

  it("sets a key as JSON", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites/7?do=configure", {
      ...page(),
      ConfigureSite: () => ({
        configureSite: {
          __typename: "ChangeSitePayload",
          action: { __typename: "Action", id: "951" },
          site: { __typename: "Site", id: "7", busyWith: null },
        },
      }),
    });
    const dialog = within(await screen.findByRole("dialog", { name: /Configure/ }));
    await user.type(dialog.getByRole("textbox", { name: /Key/ }), "language");
    await user.type(dialog.getByRole("textbox", { name: /Value/ }), "de");
    await user.click(dialog.getByRole("button", { name: "Set language" }));
    await waitFor(() =>
      expect(
        requests.find(({ operation }) => operation === "ConfigureSite")?.variables.input.changes,
      ).toEqual([{ name: "language", value: '"de"' }]),
    );
  });

  it("removes a domain once it is asked again, and makes one its address no longer", async () => {
    const user = userEvent.setup();
    const answer = (operation: string) => () => ({
      [operation]: {
        __typename: "ChangeSitePayload",
        action: { __typename: "Action", id: "952" },
        site: { __typename: "Site", id: "7", busyWith: null, domains: [] },
      },
    });
    const { requests } = renderApp("/sites/7", {
      ...page(),
      SetMainDomain: answer("setMainDomain"),
      RemoveDomain: answer("removeDomain"),
    });
    const input = (name: string) =>
      requests.find(({ operation }) => operation === name)?.variables.input;
    const domains = within(await screen.findByRole("region", { name: "Domains" }));
    await user.click(domains.getByRole("button", { name: "Not its address" }));
    await waitFor(() => expect(input("SetMainDomain")).toEqual({ siteId: "7", name: "" }));
    await user.click(domains.getByRole("button", { name: "Remove…" }));
    expect(input("RemoveDomain")).toBeUndefined();
    await user.click(domains.getByRole("button", { name: "Remove www.acme.org" }));
    await waitFor(() =>
      expect(input("RemoveDomain")).toEqual({ siteId: "7", name: "www.acme.org" }),
    );
  });

  it("makes a domain its address", async () => {
    const user = userEvent.setup();
    const domain = {
      __typename: "SiteDomain",
      id: "1",
      name: "www.acme.org",
      state: "ACTIVE",
      main: false,
      certificate: null,
    };
    const { requests } = renderApp("/sites/7", {
      ...page({ domains: [domain] }),
      SetMainDomain: refusal("SITE_BUSY", "acme.example.com is being moved."),
    });
    await user.click(await screen.findByRole("button", { name: "Its address" }));
    expect(await screen.findByText(/is being moved/)).toBeInTheDocument();
    expect(
      requests.find(({ operation }) => operation === "SetMainDomain")?.variables.input,
    ).toEqual({ siteId: "7", name: "www.acme.org" });
  });

  it("installs an app that its bench has", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/7?do=apps", {
      ...page(),
      SiteApps: () => ({
        siteApps: [
          { __typename: "SiteApp", app: "frappe", installed: true, first: true },
          { __typename: "SiteApp", app: "crm", installed: false, first: false },
        ],
      }),
      InstallApp: () => ({
        installApp: {
          __typename: "ChangeSitePayload",
          action: { __typename: "Action", id: "953" },
        },
      }),
      Action: () => ({ action: null }),
    });
    const dialog = within(await screen.findByRole("dialog", { name: /Apps of/ }));
    await user.click(await dialog.findByRole("button", { name: "Install crm" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/953"));
    expect(requests.find(({ operation }) => operation === "InstallApp")?.variables.input).toEqual({
      siteId: "7",
      app: "crm",
    });
  });

  it("shows which tables go with an app before it is removed", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=apps", {
      ...page(),
      SiteApps: () => ({
        siteApps: [
          { __typename: "SiteApp", app: "frappe", installed: true, first: true },
          { __typename: "SiteApp", app: "shop", installed: true, first: false },
        ],
      }),
      AppTables: () => ({
        appTables: [{ __typename: "AppTable", name: "tabItem", rows: 12, bytes: 16384 }],
      }),
    });
    const dialog = within(await screen.findByRole("dialog", { name: /Apps of/ }));
    await user.click(await dialog.findByRole("button", { name: "Remove shop…" }));
    expect(await dialog.findByText("tabItem")).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "Remove shop" })).toBeDisabled();
  });

  it("makes a link for signing in only with a reason", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=signIn", {
      ...page(),
      SignInToSite: () => ({
        signInToSite: {
          __typename: "SiteLogin",
          url: "https://acme.example.com/login?key=k",
          expiresAt: "2099-01-01T00:00:00Z",
        },
      }),
    });
    const dialog = within(await screen.findByRole("dialog", { name: /Sign in to/ }));
    expect(dialog.getByRole("button", { name: "Make the link" })).toBeDisabled();
    await user.type(dialog.getByRole("textbox", { name: /Reason/ }), "They asked");
    await user.click(dialog.getByRole("button", { name: "Make the link" }));
    expect(await dialog.findByRole("link", { name: "Open acme.example.com" })).toHaveAttribute(
      "href",
      "https://acme.example.com/login?key=k",
    );
  });
});
