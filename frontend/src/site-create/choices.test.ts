import { describe, expect, it } from "vitest";
import { appsOfAll, benchFault, type Choice } from "./choices";

const bench = (changed: Partial<Choice> = {}): Choice => ({
  closedToSites: false,
  closedWhy: "",
  server: { name: "m-01", closedToSites: false, closedWhy: "" },
  revisions: [
    { status: "BUILDING", apps: [{ app: "frappe", version: "16" }] },
    {
      status: "READY",
      apps: [
        { app: "frappe", version: "15" },
        { app: "shop", version: "1" },
      ],
    },
  ],
  ...changed,
});

describe("benchFault", () => {
  it("is empty for a bench that takes sites", () => expect(benchFault(bench())).toBe(""));
  it("names a revision that is missing", () =>
    expect(benchFault(bench({ revisions: [] }))).toBe("no revision is built yet"));
  it("says why the bench is closed", () =>
    expect(benchFault(bench({ closedToSites: true, closedWhy: "old version" }))).toBe(
      "closed to new sites: old version",
    ));
  it("says that its server is closed", () =>
    expect(
      benchFault(bench({ server: { name: "m-01", closedToSites: true, closedWhy: "" } })),
    ).toBe("closed to new sites"));
});

describe("appsOfAll", () => {
  it("has the framework first, and every other app once", () => {
    const crm = bench({
      revisions: [
        {
          status: "READY",
          apps: [
            { app: "frappe", version: "15" },
            { app: "shop", version: "1" },
            { app: "crm", version: "2" },
          ],
        },
      ],
    });
    expect(appsOfAll([bench(), crm, bench({ revisions: [] })]).map(({ app }) => app)).toEqual([
      "frappe",
      "crm",
      "shop",
    ]);
  });
});
