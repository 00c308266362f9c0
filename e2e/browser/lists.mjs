import assert from "node:assert/strict";
import { ask } from "./central.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** Each list is opened from the rail and shows what is on record. */
export async function readTheLists({ page }, deployId) {
  const { deploys, servers, benches, actions, auditLog, apps } = await ask(
    page,
    `{
      deploys(first: 5) { nodes { id title } }
      servers { name address siteCount }
      benches { name siteCount server { name } }
      apps { name }
      actions(first: 10, filter: { rootsOnly: true }) { nodes { title } }
      auditLog(first: 40) { nodes { operation subject actorName } }
    }`,
  );
  await goTo(page, "Deploys");
  await shows(
    page,
    deploys.nodes.map(({ title }) => [title]),
  );
  await picture(page, "deploys");

  await goTo(page, "Servers");
  await shows(
    page,
    servers.map(({ name, address }) => [name, address]),
  );
  await picture(page, "servers");

  await goTo(page, "Benches");
  await shows(
    page,
    benches.map(({ name, server }) => [name, server.name]),
  );
  await picture(page, "benches");

  await goTo(page, "Apps");
  await shows(
    page,
    apps.map(({ name }) => [name]),
  );
  await picture(page, "apps");

  await goTo(page, "Activity");
  await shows(
    page,
    actions.nodes.map(({ title }) => [title]),
  );
  await picture(page, "activity");

  const { deploy } = await ask(page, "query($id: ID!) { deploy(id: $id) { title } }", {
    id: deployId,
  });
  const asked = auditLog.nodes.find(
    ({ operation, subject }) => operation === "deploySites" && subject === deploy.title,
  );
  assert.equal(asked?.actorName, "admin", `the audit log has who deployed ${deploy.title}`);
  await goTo(page, "Audit");
  await shows(
    page,
    auditLog.nodes.slice(0, 10).map(({ subject, actorName }) => [subject, actorName]),
  );
  await shows(page, [["Deployed sites", deploy.title, "admin"]]);
  await picture(page, "audit");

  await goTo(page, "Overview");
  await page.getByRole("link", { name: deploy.title }).first().waitFor();
  await picture(page, "overview");
}

async function goTo(page, name) {
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: new RegExp(`^${name}( \\d+\\+?)?$`) }) // the overview's also counts the open alerts
    .click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Waits until, for each of these, some row or card says all of its words. */
async function shows(page, wanted) {
  await until(`the list shows ${JSON.stringify(wanted)}`, async () => {
    const content = page.locator("#page");
    const entries = await content
      .getByRole("row")
      .or(content.getByRole("region"))
      .allTextContents();
    for (const texts of wanted) {
      assert.ok(
        entries.some((entry) => texts.every((text) => entry.includes(text))),
        `nothing says ${texts.join(" and ")}`,
      );
    }
    return true;
  });
}
