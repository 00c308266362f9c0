import { type Answer, signedIn } from "./testing";

/** An amount as the server sends it. */
export const money = (amount: number, currency = "EUR") => ({
  __typename: "Money",
  amount,
  currency,
  decimal: (amount / 100).toFixed(2),
});

export const plan = {
  __typename: "Plan",
  id: "1",
  name: "Pro",
  price: money(4900),
  trialDays: 14,
  graceDays: 7,
  closed: false,
  version: 3,
  subscriptionCount: 12,
  limits: { __typename: "PlanLimits", users: 10, storageBytes: 5 * 2 ** 30, sites: null },
};
export const basic = { ...plan, id: "2", name: "Basic", price: money(900), subscriptionCount: 0 };

export const subscription = {
  __typename: "CustomerSubscription",
  id: "7",
  state: "PAST_DUE",
  stateSince: "2026-05-01T10:00:00Z",
  stateEndsAt: "2999-05-08T10:00:00Z",
  cancelAt: null,
  trialEndsAt: "2026-05-01T10:00:00Z",
  periodEndsAt: null,
  firstPaidAt: null,
  closedSite: false,
  version: 4,
  createdAt: "2026-04-17T10:00:00Z",
  price: money(4900),
  credit: money(0),
  plan,
  site: {
    __typename: "Site",
    id: "3",
    name: "acme.example.com",
    lastBackupAt: null as string | null,
    server: { __typename: "Server", id: "1" },
    usage: null as object | null,
  },
  overLimits: [] as object[],
  customer: { __typename: "Customer", id: "5", name: "Ana Lee", email: "ana@example.com" },
  changes: [
    {
      __typename: "SubscriptionChange",
      id: "70",
      at: "2026-05-01T10:00:00Z",
      actorName: "central",
      event: "TRIAL_ENDED",
      toState: "PAST_DUE",
      detail: "",
      why: "",
    },
  ],
  reminders: [],
};

export const customer = {
  __typename: "Customer",
  id: "5",
  name: "Ana Lee",
  email: "ana@example.com",
  company: "Acme",
  notes: "Pays by bank.",
  version: 2,
  createdAt: "2026-04-17T10:00:00Z",
  subscriptions: [subscription],
  signUps: [] as object[],
};

export const pools = [
  {
    __typename: "StandbyPool",
    id: "40",
    plan: { __typename: "Plan", id: "1" },
    region: "fra1",
    size: 5,
    ready: 2,
    making: 1,
    reason: "m-01 is closed to new sites.",
  },
];

export const pageInfo = { __typename: "PageInfo", endCursor: "c1", hasNextPage: false };

/** The answers that pages of customers, subscriptions and plans ask for. */
export const answers: Record<string, Answer> = {
  ...signedIn,
  CustomersPage: () => ({
    customers: {
      __typename: "CustomerConnection",
      totalCount: 1,
      pageInfo,
      nodes: [customer],
    },
  }),
  CustomerPage: () => ({ customer }),
  CustomerName: () => ({
    thing: { __typename: "Customer", id: "5", name: "Ana Lee" },
  }),
  SubscriptionsPage: () => ({
    subscriptions: {
      __typename: "SubscriptionConnection",
      totalCount: 1,
      pageInfo,
      nodes: [subscription],
    },
  }),
  PlanNames: () => ({ plans: [plan, basic] }),
  OtherPlans: () => ({ plans: [plan, basic] }),
  Offers: () => ({ plans: [plan, basic] }),
  FindSites: () => ({ sites: { __typename: "SiteConnection", nodes: [] } }),
  Plans: () => ({ plans: [plan, basic], standbyPools: pools }),
};
