// The Central that is visited, and the truth about it.

/** Where it is, such as `http://127.0.0.1:8089`. */
export const central = needed("CENTRAL_URL").replace(/\/$/, "");

/** The one-time password that was printed at its first start. */
export const oneTimePassword = needed("CENTRAL_PASSWORD");

/** Where pictures are kept. */
export const artifacts = needed("CENTRAL_ARTIFACTS");

/** The host name of a site, by its number from 1. */
export const siteName = (number) => `shop-${String(number).padStart(2, "0")}.example.com`;

/** What GraphQL answers to the person who is signed in on a page; past the dashboard's own client and cache. */
export async function ask(page, query, variables = {}) {
  const answer = await page.request.post("/graphql", {
    headers: { "X-Central": "1" },
    data: { query, variables },
  });
  const { data, errors } = await answer.json();
  if (errors) {
    throw new Error(`GraphQL answered ${JSON.stringify(errors)} to ${query}`);
  }
  return data;
}

/** All sites by name: id, version, status, whether in maintenance. */
export async function sitesOf(page) {
  const { sites } = await ask(
    page,
    "{ sites(first: 100) { nodes { id name status version maintenanceSince server { name } } } }",
  );
  return new Map(sites.nodes.map((site) => [site.name, site]));
}

/** A deploy as it is on record now. */
export async function deployOf(page, id) {
  const { deploy } = await ask(
    page,
    `query($id: ID!) { deploy(id: $id) {
      title status actorName lastSeq retryOf { id }
      progress { total done running rolledBack broken cancelled notStarted }
      sites { siteName status step errorCode errorMessage actionId maintenanceSeconds maintenanceSince }
    } }`,
    { id },
  );
  return deploy;
}

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; go test ./e2e sets it`);
  }
  return value;
}
