import { describe, expect, test } from "vitest";
import { readDeploySearch, sitesShown } from "./deploySearch";
import type { SiteRow, SiteStatus } from "./deployState";

describe("readDeploySearch", () => {
  const cases: { name: string; search: Record<string, unknown>; read: object }[] = [
    { name: "nothing", search: {}, read: {} },
    {
      name: "everything",
      search: { view: "tiles", state: "failed", server: 7, q: " acme ", site: "12", build: 9 },
      read: { view: "tiles", state: "failed", server: "7", q: "acme", site: "12", build: "9" },
    },
    {
      name: "what makes no sense",
      search: { view: "pie", state: ["failed"], q: {}, site: "" },
      read: {},
    },
  ];
  for (const { name, search, read } of cases) {
    test(name, () => expect(readDeploySearch(search)).toEqual(read));
  }
});

describe("sitesShown", () => {
  const site = (siteName: string, status: SiteStatus, serverId = "1") =>
    ({ siteId: siteName, siteName, status, serverId }) as SiteRow;
  const sites = [
    site("a", "DONE"),
    site("b", "WAITING"),
    site("c", "ROLLED_BACK", "2"),
    site("d", "RUNNING"),
    site("e", "BROKEN"),
    site("f", "NOT_STARTED"),
  ];
  const names = (search: Parameters<typeof sitesShown>[1]) =>
    sitesShown(sites, search)
      .map((row) => row.siteName)
      .join("");

  test("what needs a person comes first", () => expect(names({})).toBe("ecfdba"));
  test("by state", () => expect(names({ state: "failed" })).toBe("ecf"));
  test("by server", () => expect(names({ server: "2" })).toBe("c"));
  test("by name", () => expect(names({ q: "D" })).toBe("d"));
});
