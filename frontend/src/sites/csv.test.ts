import { expect, it } from "vitest";
import { csvOf } from "./csv";
import type { SiteRow } from "./siteList";

const row: SiteRow = {
  id: "1",
  name: "acme.example.com",
  status: "ACTIVE",
  statusReason: "",
  version: "shop 1.2.0",
  maintenanceSince: null,
  serving: "OPEN",
  health: {
    state: "UP",
    since: "2026-05-01T10:00:00Z",
    checkedAt: "2026-05-01T10:00:00Z",
    status: 200,
  },
  createdAt: "2026-05-01T10:00:00Z",
  lastBackupAt: "2026-05-02T01:00:00Z",
  bench: { id: "1", name: "shop" },
  server: { id: "1", name: "m-01" },
  revision: { id: "1", name: "r1" },
  deploy: null,
};

it("writes a head and a line for each site", () => {
  expect(csvOf([row])).toBe(
    "site,status,visitors,health,answered,version,bench,revision,server,created,last backup\r\n" +
      "acme.example.com,ACTIVE,OPEN,UP,200,shop 1.2.0,shop,r1,m-01,2026-05-01T10:00:00Z,2026-05-02T01:00:00Z\r\n",
  );
});

it("tells a site that does not answer from one that was not asked yet", () => {
  const health = {
    state: "DOWN" as const,
    since: "2026-05-01T10:00:00Z",
    checkedAt: "2026-05-01T10:00:00Z",
    status: 0,
  };
  const unasked = { ...health, state: "UNKNOWN" as const, since: null, checkedAt: null };
  expect(csvOf([{ ...row, health }])).toContain("ACTIVE,OPEN,DOWN,none,");
  expect(csvOf([{ ...row, health: unasked }])).toContain("ACTIVE,OPEN,UNKNOWN,,");
});

it("quotes what would break a line, and never writes a formula", () => {
  const text = csvOf([{ ...row, version: 'a "b", c', name: "=1+1" }]);
  expect(text).toContain('"a ""b"", c"');
  expect(text).toContain("'=1+1");
});
