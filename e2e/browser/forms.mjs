import assert from "node:assert/strict";
import { ask } from "./central.mjs";

/** Chooses what is called so in a select of a form. */
export async function choose(page, within, label, option) {
  await within.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option }).first().click();
}

/** The page of a site, by its name. */
export async function siteNamed(page, name) {
  const { sites } = await ask(
    page,
    "query($name: String!) { sites(first: 2, filter: { search: $name }) { nodes { id name } } }",
    { name },
  );
  const site = sites.nodes.find((one) => one.name === name);
  assert.ok(site, `there is no site ${name}`);
  return site;
}

/** Waits on an action's page until it has ended well; it is of this kind. */
export async function endedWell(page, kind) {
  await page.waitForURL(/\/activity\/\d+/);
  await page.locator("h1").getByText("Succeeded").waitFor({ timeout: 180_000 });
  const id = /\/activity\/(\d+)/.exec(page.url())[1];
  const { action } = await ask(page, "query($id: ID!) { action(id: $id) { kind status } }", { id });
  assert.deepEqual(action, { kind, status: "SUCCEEDED" });
  return id;
}
