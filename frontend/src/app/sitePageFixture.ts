import { type Answer, signedIn } from "./testing";

const site = {
  __typename: "Site",
  id: "7",
  name: "acme.example.com",
  status: "ACTIVE",
  statusReason: "",
  serving: "OPEN",
  version: "shop 1.2.0",
  maintenanceSince: null as string | null,
  createdAt: "2026-05-01T10:00:00Z",
  lastBackupAt: "2026-05-01T09:00:00Z" as string | null,
  bench: { __typename: "Bench", id: "1", name: "main" },
  server: {
    __typename: "Server",
    id: "1",
    name: "m-01",
    pair: { __typename: "Pair", id: "3", name: "north" },
  },
  revision: { __typename: "Revision", id: "4", name: "r4" },
  busyWith: null as object | null,
  health: {
    __typename: "SiteHealth",
    state: "UP",
    since: "2026-05-01T10:00:00Z",
    checkedAt: "2026-05-01T11:00:00Z",
    status: 200,
  },
  certificate: null as object | null,
  domains: [
    {
      __typename: "SiteDomain",
      id: "1",
      name: "www.acme.org",
      state: "ACTIVE",
      main: true,
      certificate: null,
    },
  ],
  configuration: [
    {
      __typename: "ConfigKey",
      id: "1",
      name: "max_file_size",
      value: "1048576",
      secret: false,
      actorName: "ana",
      updatedAt: "2026-05-01T10:00:00Z",
    },
    {
      __typename: "ConfigKey",
      id: "2",
      name: "acme_api_key",
      value: "",
      secret: true,
      actorName: "ana",
      updatedAt: "2026-05-01T10:00:00Z",
    },
  ],
  subscription: {
    __typename: "CustomerSubscription",
    id: "5",
    state: "TRIAL",
    stateEndsAt: "2026-06-01T10:00:00Z",
    cancelAt: null,
    plan: { __typename: "Plan", id: "2", name: "Small" },
    customer: { __typename: "Customer", id: "6", name: "Ana Lee" },
  },
  changes: [
    {
      __typename: "HealthChange",
      id: "1",
      fromState: "UP",
      toState: "DOWN",
      at: "2026-05-01T10:30:00Z",
      why: "It answered 502.",
    },
  ],
};

const actions = [
  {
    __typename: "Action",
    id: "900",
    title: "Move acme.example.com to main r4",
    status: "SUCCEEDED",
    actorName: "ana",
    createdAt: "2026-05-01T10:40:00Z",
    downSeconds: 1.4,
    deploy: { __typename: "Deploy", id: "12", title: "shop 1.2.0 to 3 sites" },
  },
  {
    __typename: "Action",
    id: "800",
    title: "Create acme.example.com",
    status: "SUCCEEDED",
    actorName: "grace",
    createdAt: "2026-05-01T10:00:00Z",
    downSeconds: null,
    deploy: null,
  },
];

/** The answers that its page asks for, with some of the site changed. */
export const page = (change: object = {}): Record<string, Answer> => ({
  ...signedIn,
  SitePage: () => ({
    site: { ...site, ...change },
    actions: { __typename: "ActionConnection", nodes: actions },
  }),
  SiteName: () => ({ thing: { __typename: "Site", id: "7", name: site.name } }),
});
