import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGraphClient } from "../client/client";
import { csvText } from "../ui/csv";
import { customerRows, figureRows, subscriptionRows } from "./exports";

/** What was asked of the server, and what it answers: one page after the other, or an error. */
const asked: { operationName: string; variables: Record<string, unknown> }[] = [];
let pages: object[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)));
    return new Response(JSON.stringify(pages.shift()), {
      headers: { "content-type": "application/json" },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

const client = () =>
  createGraphClient({
    onUnauthenticated: () => {},
    onPasswordChange: () => {},
    onMutationError: () => {},
  });

const pageOf = (list: string, endCursor: string | null, nodes: object[]) => ({
  data: {
    [list]: {
      __typename: "Connection",
      pageInfo: { __typename: "PageInfo", endCursor, hasNextPage: endCursor !== null },
      nodes,
    },
  },
});

const customer = (id: string, name: string, company = "") => ({
  __typename: "Customer",
  id,
  name,
  email: `${id}@example.com`,
  company,
  createdAt: "2026-04-17T10:00:00Z",
});

const subscription = {
  __typename: "CustomerSubscription",
  id: "7",
  state: "ACTIVE",
  stateSince: "2026-05-01T10:00:00Z",
  stateEndsAt: "2026-06-01T10:00:00Z",
  trialEndsAt: "2026-05-01T10:00:00Z",
  periodEndsAt: "2026-06-01T10:00:00Z",
  firstPaidAt: "2026-05-01T10:00:00Z",
  createdAt: "2026-04-17T10:00:00Z",
  price: { __typename: "Money", decimal: "49.00", currency: "EUR" },
  customer: { __typename: "Customer", id: "5", name: "Ana Lee", email: "ana@example.com" },
  plan: { __typename: "Plan", id: "1", name: "Pro" },
  site: {
    __typename: "Site",
    id: "3",
    name: "acme.example.com",
    usage: { __typename: "SiteUsage", databaseBytes: 1500, filesBytes: 200, users: 0 },
  },
  overLimits: [
    { __typename: "LimitExcess", sentence: "It has 3 users; its plan allows 2." },
    { __typename: "LimitExcess", sentence: "It uses 3 MiB of storage; its plan allows 1 MiB." },
  ],
};

test("customers of all pages are exported, and what a spreadsheet could trip over is quoted", async () => {
  pages = [
    pageOf("customers", "c1", [customer("a", "Lee, Ana", 'The "Shop"')]),
    pageOf("customers", null, [customer("b", "=1+1")]),
  ];
  const rows = await customerRows(client(), { search: "example" });
  expect(csvText(rows)).toBe(
    [
      "name,email,company,since",
      '"Lee, Ana",a@example.com,"The ""Shop""",2026-04-17T10:00:00Z',
      "'=1+1,b@example.com,,2026-04-17T10:00:00Z",
      "",
    ].join("\r\n"),
  );
  expect(asked.map(({ variables }) => variables)).toEqual([
    { after: null, filter: { search: "example" } },
    { after: "c1", filter: { search: "example" } },
  ]);
});

test("subscriptions of all pages are exported, each cell under its head", async () => {
  const bare = {
    ...subscription,
    id: "8",
    stateEndsAt: null,
    periodEndsAt: null,
    firstPaidAt: null,
    site: null,
    overLimits: [],
  };
  pages = [pageOf("subscriptions", "s1", [subscription]), pageOf("subscriptions", null, [bare])];
  const orderBy = { field: "ENDS", descending: true } as const;
  const [head, first, second, ...more] = await subscriptionRows(
    client(),
    { states: ["ACTIVE"] },
    orderBy,
  );
  const under = (cells: string[] | undefined) =>
    Object.fromEntries((head ?? []).map((name, i) => [name, cells?.[i]]));
  expect(under(first)).toEqual({
    subscription: "7",
    customer: "Ana Lee",
    email: "ana@example.com",
    plan: "Pro",
    site: "acme.example.com",
    state: "ACTIVE",
    since: "2026-05-01T10:00:00Z",
    ends: "2026-06-01T10:00:00Z",
    price: "49.00",
    currency: "EUR",
    "trial ends": "2026-05-01T10:00:00Z",
    "paid until": "2026-06-01T10:00:00Z",
    "first paid": "2026-05-01T10:00:00Z",
    began: "2026-04-17T10:00:00Z",
    users: "0",
    "database bytes": "1500",
    "files bytes": "200",
    "over limits":
      "It has 3 users; its plan allows 2. It uses 3 MiB of storage; its plan allows 1 MiB.",
  });
  expect(under(second)).toMatchObject({
    subscription: "8",
    site: "",
    ends: "",
    "paid until": "",
    "first paid": "",
    users: "",
    "database bytes": "",
    "over limits": "",
  });
  expect(second).toHaveLength(head?.length ?? 0);
  expect(more).toEqual([]);
  expect(asked.map(({ variables }) => variables)).toEqual([
    { after: null, filter: { states: ["ACTIVE"] }, orderBy },
    { after: "s1", filter: { states: ["ACTIVE"] }, orderBy },
  ]);
});

test("an export that breaks off on its second page is none", async () => {
  const refused = {
    data: null,
    errors: [{ message: "Too much.", extensions: { code: "INVALID" } }],
  };
  pages = [pageOf("customers", "c1", [customer("a", "Ana")]), refused];
  await expect(customerRows(client(), {})).rejects.toThrow("Too much.");
  pages = [pageOf("subscriptions", "s1", [subscription]), refused];
  await expect(subscriptionRows(client(), {}, {})).rejects.toThrow("Too much.");
});

test("figures are one table of what, when and how many", () => {
  const rows = figureRows({
    at: "2026-05-02T10:00:00Z",
    trialsRunning: 1234,
    payingCustomers: 56,
    revenue: [
      { amount: 274400, currency: "EUR", decimal: "2744.00" },
      { amount: 700, currency: "JPY", decimal: "700" },
    ],
    signUps: [
      { day: "2026-05-01", count: 70 },
      { day: "2026-05-02", count: 8 },
    ],
    cohorts: [{ month: "2026-04", started: 40, converted: 10, paying: 7, conversionRatio: 0.25 }],
    churn: [{ month: "2026-04", before: 20, gained: 5, lost: 1, churnRatio: 0.05 }],
  });
  expect(csvText(rows).trimEnd().split("\r\n")).toEqual([
    "figure,when,value,unit",
    "trials running,2026-05-02,1234,subscriptions",
    "paying customers,2026-05-02,56,customers",
    "monthly recurring revenue,2026-05-02,2744.00,EUR",
    "monthly recurring revenue,2026-05-02,700,JPY",
    "sign-ups,2026-05-01,70,subscriptions",
    "sign-ups,2026-05-02,8,subscriptions",
    "cohort: began,2026-04,40,subscriptions",
    "cohort: converted,2026-04,10,subscriptions",
    "cohort: paying now,2026-04,7,subscriptions",
    "paying at the beginning,2026-04,20,subscriptions",
    "gained,2026-04,5,subscriptions",
    "lost,2026-04,1,subscriptions",
  ]);
});
