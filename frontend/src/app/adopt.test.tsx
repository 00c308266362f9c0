import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Answer, renderApp, signedInAs } from "./testing";

const admin: Record<string, Answer> = {
  ...signedInAs("ADMIN"),
};

const commit = "c".repeat(40);
const note = (severity: string, message: string) => ({ __typename: "ScanNote", severity, message });
const app = (name: string, more = {}) => ({
  __typename: "ScanApp",
  app: name,
  version: "1.0.0",
  commit,
  branch: "main",
  address: `https://git.example.com/${name}`,
  standing: "RELEASED",
  notes: [],
  ...more,
});
const site = (name: string, more = {}) => ({
  __typename: "ScanSite",
  name,
  known: false,
  database: "_1",
  databaseBytes: 507904,
  fileBytes: 32902,
  status: 200,
  notes: [],
  ...more,
});
const bench = {
  __typename: "ScanBench",
  path: "/home/erp/frappe-bench",
  name: "frappe-bench",
  adopted: false,
  owner: "erp",
  python: "python3.11",
  webPort: 8000,
  processes: [{ __typename: "FoundProcess", unit: "supervisor.service", count: 6 }],
  notes: [note("WARNING", "Its settings differ.")],
  apps: [app("frappe"), app("shop")],
  sites: [
    site("one.example.com"),
    site("two.example.com", { status: 502, notes: [note("BLOCKING", "It answers 502.")] }),
    site("three.example.com"),
  ],
};

const found = (benches: unknown[]): Answer => {
  return () => ({
    server: {
      __typename: "Server",
      id: "7",
      name: "m-07",
      role: "MASTER",
      status: "NEW",
      benchScan: {
        __typename: "BenchScan",
        id: "3",
        createdAt: "2026-05-01T10:00:00Z",
        action: {
          __typename: "Action",
          id: "40",
          status: "SUCCEEDED",
          percent: 100,
          step: "",
          errorMessage: "",
        },
        report: { __typename: "ScanReport", notes: [], benches },
      },
    },
  });
};

describe("adopting benches", () => {
  it("asks for exactly what was ticked and seen", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/servers/7/adopt", {
      ...admin,
      Adopt: found([bench]),
      AdoptBenches: () => ({
        adoptBenches: {
          __typename: "AdoptBenchesPayload",
          action: { __typename: "Action", id: "41" },
        },
      }),
    });
    expect(await screen.findByText("It answers 502.")).toBeInTheDocument();
    expect(screen.getByRole("checkbox", { name: /two.example.com/ })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Adopt" })).toBeDisabled();
    await user.click(screen.getByRole("checkbox", { name: "/home/erp/frappe-bench" }));
    await user.click(screen.getByRole("checkbox", { name: /three.example.com/ }));
    await user.click(screen.getByRole("button", { name: "Adopt 1 bench, 1 site" }));
    await waitFor(() =>
      expect(
        requests.find(({ operation }) => operation === "AdoptBenches")?.variables.input,
      ).toEqual({
        serverId: "7",
        scanId: "3",
        benches: [
          {
            path: "/home/erp/frappe-bench",
            name: "frappe-bench",
            apps: [
              { app: "frappe", commit },
              { app: "shop", commit },
            ],
            sites: ["one.example.com"],
          },
        ],
      }),
    );
  });

  it("offers to add an app that Central lacks", async () => {
    const user = userEvent.setup();
    const apps = [
      app("frappe"),
      app("shop", { standing: "UNKNOWN", notes: [note("BLOCKING", "Central has no app shop.")] }),
    ];
    const { requests } = renderApp("/servers/7/adopt", {
      ...admin,
      Adopt: found([{ ...bench, apps }]),
      AddFoundApp: () => ({
        addApp: { __typename: "AddAppPayload", app: { __typename: "App", id: "2" } },
      }),
    });
    await user.click(
      await screen.findByRole("button", { name: "Add shop from https://git.example.com/shop" }),
    );
    expect(requests.find(({ operation }) => operation === "AddFoundApp")?.variables.input).toEqual({
      name: "shop",
      repository: "https://git.example.com/shop",
      branch: "main",
    });
    expect(screen.getByRole("checkbox", { name: /one.example.com/ })).toBeDisabled();
  });
});
