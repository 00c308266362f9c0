import { describe, expect, it } from "vitest";
import { needsOf } from "./needs";

const calm = {
  servers: [],
  pairs: [],
  broken: { totalCount: 0, nodes: [] },
  alerts: [],
  deploys: [],
};
const progress = { total: 12, rolledBack: 2, broken: 0, notStarted: 1 };
const failed = {
  id: "7",
  title: "shop 1.2.0 to 12 sites",
  status: "FAILED",
  retryOf: null,
  progress,
} as const;

it("is empty on a good day", () => {
  expect(needsOf(calm)).toEqual([]);
});

it("names broken sites and why", () => {
  const node = { id: "1", name: "acme.example.com", statusReason: "The undo failed." };
  expect(needsOf({ ...calm, broken: { totalCount: 1, nodes: [node] } })).toMatchObject([
    {
      tone: "bad",
      what: "acme.example.com is broken",
      why: "The undo failed.",
      link: { to: "/sites/$siteId", params: { siteId: "1" } },
    },
  ]);
  expect(needsOf({ ...calm, broken: { totalCount: 3, nodes: [node] } })).toMatchObject([
    { what: "3 sites are broken", link: { search: { status: ["BROKEN"] } } },
  ]);
});

it("names servers that failed or show another key, and no others", () => {
  const server = (id: string, status: "READY" | "FAILED" | "HOST_KEY_CHANGED") => ({
    id,
    name: `m-${id}`,
    status,
    statusReason: "",
  });
  const needs = needsOf({
    ...calm,
    servers: [server("1", "READY"), server("2", "FAILED"), server("3", "HOST_KEY_CHANGED")],
  });
  expect(needs.map(({ what }) => what)).toEqual([
    "m-2 could not be set up",
    "m-3 shows another host key",
  ]);
});

it("names pairs that failed or have no slave, and no others", () => {
  const pair = (id: string, status: "READY" | "FAILED" | "FAILED_OVER") => ({
    id,
    name: `pair-${id}`,
    status,
    statusReason: "",
  });
  const needs = needsOf({
    ...calm,
    pairs: [pair("1", "READY"), pair("2", "FAILED"), pair("3", "FAILED_OVER")],
  });
  expect(needs.map(({ tone, what }) => [tone, what])).toEqual([
    ["bad", "The pair pair-2 has failed"],
    ["wait", "The pair pair-3 has no slave"],
  ]);
});

it("counts what went wrong in a failed deploy", () => {
  expect(needsOf({ ...calm, deploys: [failed] })).toMatchObject([
    { tone: "wait", what: failed.title, why: "2 rolled back, 1 not started of 12 sites" },
  ]);
});

it("lets a retry settle the deploy it repeats", () => {
  const retry = { ...failed, id: "8", status: "RUNNING", retryOf: { id: "7" } } as const;
  expect(needsOf({ ...calm, deploys: [retry, failed] })).toEqual([]);
});

it("keeps a deploy whose retry was cancelled", () => {
  const retry = { ...failed, id: "8", status: "CANCELLED", retryOf: { id: "7" } } as const;
  expect(needsOf({ ...calm, deploys: [retry, failed] })).toMatchObject([{ key: "deploy-7" }]);
});

describe("alerts", () => {
  const alert = (id: string, change: Partial<Parameters<typeof needsOf>[0]["alerts"][number]>) => ({
    id,
    rule: "DISK" as const,
    severity: "WARNING" as const,
    subject: "m-1",
    sentence: `Sentence ${id}.`,
    server: null,
    site: null,
    ...change,
  });

  it("about one server are one line, with its worst first", () => {
    const alerts = [
      alert("2", { severity: "CRITICAL", server: { id: "1" } }),
      alert("1", { server: { id: "1" } }),
    ];
    expect(needsOf({ ...calm, alerts })).toMatchObject([
      {
        tone: "bad",
        what: "m-1",
        why: "Sentence 2. Sentence 1.",
        link: { params: { serverId: "1" } },
      },
    ]);
  });

  it("put what is critical before what will be", () => {
    const alerts = [
      alert("1", { subject: "m-1", server: { id: "1" } }),
      alert("2", {
        rule: "SITE_DOWN",
        subject: "acme.example.com",
        site: { id: "7" },
        severity: "CRITICAL",
      }),
    ];
    expect(needsOf({ ...calm, alerts }).map(({ what }) => what)).toEqual([
      "acme.example.com is down",
      "m-1",
    ]);
  });

  it("about many sites are one line", () => {
    const alerts = ["1", "2", "3", "4"].map((id) =>
      alert(id, { rule: "SITE_DOWN", site: { id }, severity: "CRITICAL" }),
    );
    expect(needsOf({ ...calm, alerts })).toMatchObject([
      { what: "4 sites are down", link: { search: { health: ["DOWN"] } } },
    ]);
  });

  it("about one site lead to its page, and say what is wrong with it", () => {
    const alerts = [
      alert("1", { rule: "OVER_LIMIT", subject: "acme.example.com", site: { id: "7" } }),
      alert("2", { rule: "RESTORE_TEST", subject: "shop.example.com", site: { id: "8" } }),
    ];
    expect(needsOf({ ...calm, alerts })).toMatchObject([
      {
        tone: "wait",
        what: "acme.example.com uses more than its plan allows",
        link: { to: "/sites/$siteId", params: { siteId: "7" } },
      },
      { what: "shop.example.com could not be restored", link: { params: { siteId: "8" } } },
    ]);
  });

  it("about no server and no site are told too", () => {
    const alerts = [
      alert("1", { rule: "SIGN_UP", subject: "acme.example.com" }),
      alert("2", { rule: "STORAGE", subject: "backups", severity: "CRITICAL" }),
    ];
    expect(needsOf({ ...calm, alerts })).toMatchObject([
      { tone: "bad", what: "Backups do not reach the storage backups", link: { to: "/backups" } },
      { tone: "wait", what: "acme.example.com was not made", link: { to: "/sign-ups" } },
    ]);
  });
});
