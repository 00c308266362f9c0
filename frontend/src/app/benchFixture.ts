/** A commit, as the fixtures below have it. */
export const commit = "c".repeat(40);
export const commit2 = "d".repeat(40);

export const bench = {
  __typename: "Bench",
  id: "1",
  name: "shop",
  python: "python3",
  node: "node",
  workers: 1,
  webWorkers: 2,
  memoryMb: 0,
  retiredAt: null,
  siteCount: 12,
  createdAt: "2026-05-01T10:00:00Z",
  closedToSites: false,
  closedWhy: "",
  server: {
    __typename: "Server",
    id: "1",
    name: "m-01",
    region: "fra1",
    closedToSites: false,
    closedWhy: "",
  },
  revisions: [
    {
      __typename: "Revision",
      id: "11",
      name: "r2",
      status: "READY",
      statusReason: "",
      version: "shop 1.1.0",
      python: "python3.11",
      node: "20.20.2",
      madeForBench: true,
      siteCount: 9,
      createdAt: "2026-05-01T10:00:00Z",
      adopted: true,
      path: "/home/erp/frappe-bench",
      apps: [
        {
          __typename: "RevisionApp",
          app: "frappe",
          commit,
          version: "15.0.0",
          local: false,
          behind: 0,
        },
        {
          __typename: "RevisionApp",
          app: "shop",
          commit: commit2,
          version: "1.1.0",
          local: true,
          behind: 3,
        },
      ],
    },
  ],
};

export const release = (app: string, hash: string, version: string) => ({
  __typename: "Release",
  id: `${app}-${version}`,
  commit: hash,
  version,
  subject: "Add a column",
  author: "Lee",
  authoredAt: "2026-05-01T10:00:00Z",
  touches: ["2 patches"],
});

export const action = { __typename: "Action", id: "900" };

export const nodeVersions = [
  { __typename: "NodeVersion", name: "node20", version: "20.20.2" },
  { __typename: "NodeVersion", name: "node22", version: "22.23.5" },
];
