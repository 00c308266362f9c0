import assert from "node:assert/strict";
import { ask } from "./central.mjs";
import { choose, endedWell } from "./forms.mjs";
import { picture } from "./pictures.mjs";

/** A bench is made by a form, that says what is wrong as it is typed; its settings are changed by another. */
export async function makeABench({ page }, { name, master }) {
  await page.goto("/benches");
  await page.getByRole("button", { name: "Create a bench" }).first().click();
  const form = page.getByRole("dialog", { name: "Create a bench" });
  await form.getByLabel("Name").fill("North East");
  await form.getByLabel("Name").blur();
  await form.getByText(/lower-case letters/).waitFor();
  await form.getByLabel("Name").fill(name);
  await choose(page, form, /^Master/, new RegExp(`^${master} `));
  await choose(page, form, "Release of frappe", /./);
  await form.getByRole("button", { name: "Another app" }).click();
  await choose(page, form, "App 2", "shop");
  await choose(page, form, "Release of shop", /^1\.0\.0/);
  await picture(page, "bench-form");
  await form.getByRole("button", { name: `Create ${name}` }).click();
  await endedWell(page, "BUILD_REVISION");
  await picture(page, "bench-built");
}

/** Its settings are changed by another form, and its page has them. */
export async function configureABench({ page }, name) {
  await page.goto("/benches");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("dialog", { name: `Settings of ${name}` });
  const go = settings.getByRole("button", { name: `Configure ${name}` });
  assert.equal(await go.isDisabled(), true, "nothing was changed yet");
  await settings.getByLabel("Background workers").fill("2");
  await go.click();
  await endedWell(page, "CONFIGURE_BENCH");
  const { benches } = await ask(page, "{ benches { name workers } }");
  assert.equal(benches.find((bench) => bench.name === name).workers, 2);
  await page.goto("/benches");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("region", { name: "Revisions" }).getByText("r1").first().waitFor();
  await picture(page, "bench");
}
