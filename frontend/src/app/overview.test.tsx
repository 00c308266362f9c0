import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, master, renderApp, signedIn } from "./testing";

const page = (change: object = {}): Record<string, Answer> => ({
  ...signedIn,
  Overview: () => ({
    sites: { __typename: "SiteConnection", totalCount: 1200 },
    broken: {
      __typename: "SiteConnection",
      totalCount: 1,
      nodes: [
        {
          __typename: "Site",
          id: "7",
          name: "acme.example.com",
          statusReason: "It does not answer.",
        },
      ],
    },
    servers: [master],
    alerts: [],
    pairs: [],
    running: {
      __typename: "ActionConnection",
      totalCount: 1,
      nodes: [
        {
          __typename: "Action",
          id: "900",
          title: "Set up m-02",
          status: "RUNNING",
          percent: 44,
          step: "Install MariaDB",
          actorName: "ana",
          startedAt: "2026-05-01T10:00:00Z",
          deploy: null,
        },
      ],
    },
    deploys: { __typename: "DeployConnection", nodes: [] },
    ...change,
  }),
  SignUps: () => ({
    figures: {
      __typename: "Figures",
      trialsRunning: 321,
      payingCustomers: 56,
      revenue: [{ __typename: "Money", currency: "EUR", decimal: "2744.00" }],
      signUps: [
        { __typename: "DayCount", day: "2026-05-01", count: 70 },
        { __typename: "DayCount", day: "2026-05-02", count: 78 },
      ],
      cohorts: [{ __typename: "Cohort", month: "2026-04", started: 40, converted: 10 }],
    },
  }),
});

const section = (name: string) => screen.findByRole("region", { name });

describe("the overview", () => {
  it("says what needs a person, what runs, and how the fleet and the sign-ups are doing", async () => {
    renderApp("/", page());
    const need = await within(await section("Needs a person")).findByRole("link");
    expect(need).toHaveTextContent("acme.example.com");
    expect(need).toHaveAttribute("href", expect.stringContaining("/sites"));
    const runs = await section("Running now");
    expect(runs).toHaveTextContent("Set up m-02");
    expect(runs).toHaveTextContent("Install MariaDB");
    expect(await section("Servers")).toHaveTextContent("m-01");
    const signUps = within(await section("Sign-ups"));
    expect(await signUps.findByRole("img")).toHaveAccessibleName("148 sign-ups in 42 days");
    expect(signUps.getByText("321")).toBeVisible();
    expect(signUps.getByText("25 %")).toBeVisible();
    expect(signUps.getByText("2744.00 EUR")).toBeVisible();
    expect(screen.getByText("1,200 sites on 1 server")).toBeVisible();
  });

  it("says so where there is nothing", async () => {
    const nothing = { __typename: "SiteConnection", totalCount: 0, nodes: [] };
    renderApp("/", {
      ...page({
        sites: nothing,
        broken: nothing,
        servers: [],
        running: { __typename: "ActionConnection", totalCount: 0, nodes: [] },
      }),
      SignUps: () => ({
        figures: {
          __typename: "Figures",
          trialsRunning: 0,
          payingCustomers: 0,
          revenue: [],
          signUps: [{ __typename: "DayCount", day: "2026-05-01", count: 0 }],
          cohorts: [],
        },
      }),
    });
    expect(await screen.findByText(/Nothing waits for a person/)).toBeVisible();
    expect(screen.getByText(/Nothing runs at the moment/)).toBeVisible();
    expect(screen.getByText(/No server is on record yet/)).toBeVisible();
    expect(screen.getByText("No deploy yet")).toBeVisible();
    expect(await screen.findByText(/Nobody has signed up/)).toBeVisible();
  });

  it("says what failed and tries again; the sign-ups fail by themselves", async () => {
    const user = userEvent.setup();
    let fails = true;
    const { Overview, SignUps: _, ...rest } = page();
    renderApp("/", {
      ...rest,
      Overview: (variables) =>
        fails
          ? { errors: [{ message: "It broke.", extensions: { code: "INTERNAL" } }] }
          : (Overview?.(variables) ?? {}),
    });
    expect(await screen.findByText("The overview did not come")).toBeVisible();
    fails = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Set up m-02")).toBeVisible();
    expect(await screen.findByText("The sign-ups did not come")).toBeVisible();
    await waitFor(() =>
      expect(screen.queryByText("The overview did not come")).not.toBeInTheDocument(),
    );
  });
});
