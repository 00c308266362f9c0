import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { page } from "./sitePageFixture";
import { refusal, renderApp } from "./testing";

const target = (id: string, bench: string, server: string, change: object = {}) => ({
  __typename: "MoveTarget",
  bench: { __typename: "Bench", id, name: bench },
  server: { __typename: "Server", id: `s-${server}`, name: server, region: "fra1" },
  revision: { __typename: "Revision", id: `r-${id}`, name: "r2", version: "shop 1.2.0" },
  sameServer: false,
  sites: 12,
  room: 0.61,
  migrates: false,
  lacks: [] as string[],
  seconds: 8,
  refused: "",
  ...change,
});

const answers = (targets: object[]) => ({
  ...page(),
  MoveTargets: () => ({ moveTargets: targets }),
});

const dialog = async () =>
  within(await screen.findByRole("dialog", { name: "Move acme.example.com to another bench" }));

describe("moving a site", () => {
  it("shows where it may go and why not elsewhere, says what happens, and goes to where it can be watched", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/sites/7?do=move", {
      ...answers([
        target("2", "second", "m-02", { migrates: true, lacks: ["crm"], seconds: 42 }),
        target("3", "near", "m-01", { sameServer: true }),
        target("4", "older", "m-02", { refused: "shop on older is older (1.0) than the site's." }),
      ]),
      MoveSite: () => ({
        moveSite: {
          __typename: "MoveSitePayload",
          site: { __typename: "Site", id: "7", busyWith: { __typename: "Action", id: "951" } },
          action: { __typename: "Action", id: "951" },
        },
      }),
      Action: () => ({ action: null }),
    });
    const shown = await dialog();
    const older = await shown.findByRole("radio", { name: "older on m-02" });
    expect(older).toBeDisabled();
    expect(shown.getByText(/shop on older is older/)).toBeInTheDocument();
    expect(shown.getByRole("button", { name: "Move" })).toBeDisabled();

    await user.click(shown.getByRole("radio", { name: "near on m-01" }));
    expect(shown.getByText(/Its directory moves on its server/)).toBeInTheDocument();
    await user.click(shown.getByRole("radio", { name: "second on m-02" }));
    expect(shown.getByText(/Its files are copied while it serves/)).toBeInTheDocument();
    expect(shown.getByText("It is migrated to shop 1.2.0.")).toBeInTheDocument();
    expect(shown.getByText(/about 42 s/)).toBeInTheDocument();
    expect(shown.getByText("second lacks crm")).toBeInTheDocument();

    await user.click(shown.getByRole("button", { name: "Move to second on m-02" }));
    await waitFor(() => expect(history.location.pathname).toBe("/activity/951"));
    expect(requests.find(({ operation }) => operation === "MoveSite")?.variables.input).toEqual({
      siteId: "7",
      benchId: "2",
    });
  });

  it("searches among many, and says when none matches", async () => {
    const user = userEvent.setup();
    renderApp(
      "/sites/7?do=move",
      answers(Array.from({ length: 9 }, (_, i) => target(`${i}`, `bench-${i}`, `m-0${i}`))),
    );
    const shown = await dialog();
    await user.type(await shown.findByRole("textbox", { name: "Search benches" }), "m-07");
    expect(shown.getAllByRole("radio")).toHaveLength(1);
    await user.type(shown.getByRole("textbox", { name: "Search benches" }), "x");
    expect(shown.getByText("No bench matches.")).toBeInTheDocument();
  });

  it("says why nothing was begun", async () => {
    const user = userEvent.setup();
    renderApp("/sites/7?do=move", {
      ...answers([target("2", "second", "m-02")]),
      MoveSite: refusal("SITE_BUSY", "It is busy with something else.", "input.siteId"),
    });
    const shown = await dialog();
    await user.click(await shown.findByRole("radio", { name: "second on m-02" }));
    await user.click(shown.getByRole("button", { name: "Move to second on m-02" }));
    expect(await shown.findByText("It is busy with something else.")).toBeInTheDocument();
  });

  it("says when the benches could not be loaded", async () => {
    renderApp("/sites/7?do=move", { ...page(), MoveTargets: refusal("INTERNAL", "Broke.") });
    const shown = await dialog();
    expect(await shown.findByText("Where it may go could not be loaded")).toBeInTheDocument();
  });
});
