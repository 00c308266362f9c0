import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, master, renderApp, signedIn } from "./testing";

const latest = {
  __typename: "ServerSample",
  load1: 0.5,
  cpus: 4,
  memoryUsed: 3 * 2 ** 30,
  memoryTotal: 4 * 2 ** 30,
  uptimeSeconds: 3600,
  disks: [
    {
      __typename: "DiskUse",
      mount: "/",
      sizeBytes: 100 * 2 ** 30,
      usedBytes: 93 * 2 ** 30,
      usedRatio: 0.93,
    },
  ],
  services: [{ __typename: "ServiceState", name: "mariadb.service", state: "failed" }],
  certificate: null,
};

const server = {
  ...master,
  health: {
    ...master.health,
    state: "DEGRADED",
    since: "2026-05-01T10:00:00Z",
    at: "2026-05-01T10:00:00Z",
    reasons: ["/ is 93 % full."],
    latest,
  },
  alerts: [
    {
      __typename: "Alert",
      id: "1",
      severity: "WARNING",
      sentence: "/ is 93 % full.",
      raisedAt: "2026-05-01T10:00:00Z",
    },
  ],
  changes: [
    {
      __typename: "HealthChange",
      id: "1",
      fromState: "OK",
      toState: "DEGRADED",
      at: "2026-05-01T10:05:00Z",
      why: "/ is 91 % full.",
    },
  ],
};

const action = {
  __typename: "Action",
  id: "900",
  title: "Set up m-01",
  status: "SUCCEEDED",
  actorName: "ana",
  createdAt: "2026-05-01T10:00:00Z",
};

const page: Record<string, Answer> = {
  ...signedIn,
  ServerPage: () => ({ server, actions: { __typename: "ActionConnection", nodes: [action] } }),
  SitesGlance: () => ({
    sites: { __typename: "SiteConnection", totalCount: 0, nodes: [] },
    missed: { __typename: "SiteConnection", totalCount: 0 },
  }),
  ServerSamples: () => ({ server: { __typename: "Server", id: "1", samples: [] } }),
};

describe("a server's page", () => {
  it("says how the server does, what is wrong, what lives on it and what happened", async () => {
    renderApp("/servers/1", page);
    expect(await screen.findByRole("heading", { name: /m-01/ })).toHaveTextContent("Needs a look");
    expect(screen.getByRole("list", { name: "What is wrong" })).toHaveTextContent(
      "/ is 93 % full.",
    );
    const now = screen.getByRole("region", { name: "Now" });
    expect(now).toHaveTextContent("75 %");
    expect(now).toHaveTextContent("mariadb.service is failed");
    expect(screen.getByRole("region", { name: "What lives here" })).toHaveTextContent("12 sites");
    const history = within(screen.getByRole("region", { name: "History" })).getAllByRole(
      "listitem",
    );
    expect(history[0]).toHaveTextContent("/ is 91 % full.");
    expect(history[1]).toHaveTextContent("Set up m-01");
  });

  it("says so when nothing was measured yet, and asks for the month", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/servers/1", page);
    expect(await screen.findByText("Nothing was measured yet")).toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "Month" }));
    await waitFor(() =>
      expect(
        requests.filter(({ operation }) => operation === "ServerSamples").at(-1)?.variables.range,
      ).toBe("MONTH"),
    );
    expect(history.location.search).toContain("range=MONTH");
  });

  it("keeps the rest when the charts do not come", async () => {
    const { ServerSamples: _, ...rest } = page;
    renderApp("/servers/1", rest);
    expect(await screen.findByText("The charts could not be loaded")).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: /m-01/ })).toBeInTheDocument();
  });

  it("closes the server to new sites, with the reason that others will read", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/servers/1", {
      ...page,
      CloseServer: () => ({
        done: {
          __typename: "CloseServerPayload",
          server: {
            __typename: "Server",
            id: "1",
            closedToSites: true,
            closedWhy: "It is replaced in May.",
          },
        },
      }),
    });
    await user.click(await screen.findByRole("button", { name: "Close to new sites…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Close m-01 to new sites" }));
    await user.type(dialog.getByRole("textbox", { name: "Reason" }), "It is replaced in May.");
    await user.click(dialog.getByRole("button", { name: "Close m-01" }));
    expect(await screen.findByText(/closed to new sites: It is replaced in May\./)).toBeVisible();
    expect(requests.find(({ operation }) => operation === "CloseServer")?.variables.input).toEqual({
      serverId: "1",
      closed: true,
      why: "It is replaced in May.",
    });
  });

  it("says that there is no such server", async () => {
    renderApp("/servers/77", {
      ...page,
      ServerPage: () => ({ server: null, actions: { __typename: "ActionConnection", nodes: [] } }),
    });
    expect(await screen.findByText("There is no such server")).toBeInTheDocument();
  });
});

describe("alerts", () => {
  const alert = {
    __typename: "Alert",
    id: "71",
    severity: "CRITICAL",
    subject: "m-01",
    sentence: "It cannot be looked at.",
  };

  it("are counted in the rail", async () => {
    renderApp("/servers/1", { ...page, Alerts: () => ({ alerts: [alert] }) });
    expect(await screen.findByTitle("1 open alert")).toHaveTextContent("1");
  });

  it("that are there already are not announced, those raised while one looks are", async () => {
    let alerts = [alert];
    renderApp("/servers/1", { ...page, Alerts: () => ({ alerts }) });
    await screen.findByTitle("1 open alert");
    expect(screen.queryByText("It cannot be looked at.")).not.toBeInTheDocument();
    alerts = [{ ...alert, id: "72", subject: "m-02", sentence: "/ is 97 % full." }, alert];
    document.dispatchEvent(new Event("visibilitychange")); // asks again at once
    expect(await screen.findByText("/ is 97 % full.")).toBeInTheDocument();
  });
});
