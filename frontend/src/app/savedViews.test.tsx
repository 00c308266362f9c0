import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, renderApp, signedIn } from "./testing";

const view = { __typename: "SavedView", id: "3", name: "Broken ones", search: "status=BROKEN" };

const answers: Record<string, Answer> = {
  ...signedIn,
  SitesPage: () => ({
    sites: {
      __typename: "SiteConnection",
      totalCount: 0,
      nodes: [],
      pageInfo: { __typename: "PageInfo", endCursor: null, hasNextPage: false },
    },
  }),
  SiteFilters: () => ({ servers: [], benches: [], siteVersions: [] }),
  SavedViews: () => ({ savedViews: [view] }),
};

describe("saved views of the sites", () => {
  it("one brings its filters back", async () => {
    const user = userEvent.setup();
    const { history } = renderApp("/sites?q=acme", answers);
    await user.click(await screen.findByRole("button", { name: "Views" }));
    await user.click(await screen.findByRole("menuitem", { name: "Broken ones" }));
    await waitFor(() => expect(history.location.search).toMatch(/BROKEN/));
    expect(history.location.search).not.toMatch(/acme/);
  });

  it("what is shown is kept under a name", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites?q=acme", {
      ...answers,
      SaveView: () => ({ saveView: { __typename: "SaveViewPayload", view } }),
    });
    await user.click(await screen.findByRole("button", { name: "Views" }));
    await user.click(await screen.findByRole("menuitem", { name: "Save this view…" }));
    await user.type(await screen.findByRole("textbox", { name: /^Name of the view/ }), "Acme");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(requests.find(({ operation }) => operation === "SaveView")?.variables.input).toEqual({
        page: "SITES",
        name: "Acme",
        search: expect.stringMatching(/^q=acme&hidden=/),
      }),
    );
  });

  it("one is removed", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sites", {
      ...answers,
      RemoveView: () => ({ removeView: { __typename: "RemoveViewPayload", viewId: "3" } }),
    });
    await user.click(await screen.findByRole("button", { name: "Views" }));
    await user.click(await screen.findByRole("button", { name: "Remove the view Broken ones" }));
    await waitFor(() =>
      expect(requests.find(({ operation }) => operation === "RemoveView")?.variables.input).toEqual(
        { viewId: "3" },
      ),
    );
  });
});
