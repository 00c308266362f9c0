import assert from "node:assert/strict";
import { ask } from "./central.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** What a person looks at of a pair and its servers, and what they try without changing anything. */
export async function lookAtPairsAndServers({ page }) {
  const pair = await seeThePair(page);
  await rehearse(page, pair);
  await openTheSwitch(page, pair);
  await seeTheMaster(page, pair);
  await checkTheMaster(page, pair);
  await page.goto("/certificates");
  await page.getByRole("heading", { level: 1, name: "Certificates" }).waitFor();
  await page.getByRole("button", { name: "Issue a certificate" }).first().waitFor();
  await picture(page, "certificates");
}

/** The first pair's card and its page: master and slave with what stands between them, as it is on record. */
async function seeThePair(page) {
  await page.goto("/pairs");
  const { pairs } = await ask(
    page,
    "{ pairs { id name status master { id name } slave { id name } replication { lagSeconds } } }",
  );
  for (const { name, master, slave } of pairs) {
    const card = page.getByRole("region", { name: `Pair ${name}` });
    await drawn(card, master, slave);
  }
  await picture(page, "pairs");
  const [pair] = pairs;
  await page.getByRole("link", { name: pair.name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: pair.name }).waitFor();
  await drawn(page, pair.master, pair.slave);
  await page
    .getByText(/Position of/)
    .first()
    .waitFor();
  await picture(page, "pair");
  return pair;
}

/** The drawing names both servers, and says how far the databases and files of the slave are behind. */
async function drawn(within, master, slave) {
  const figure = within.getByRole("figure", {
    name: `${master.name} is the master, ${slave.name} the slave.`,
  });
  await figure.getByText(/^\d+ s behind$/).waitFor();
  await figure.getByText(/^mirrored .+ ago$/).waitFor();
}

/** A rehearsal is begun by two clicks, and says at its end how a switch would go. */
async function rehearse(page, pair) {
  await page.getByRole("button", { name: "Rehearse…" }).click();
  const dialog = page.getByRole("dialog", { name: `Rehearse a switch of ${pair.name}` });
  await dialog.getByText("Nothing is changed").waitFor();
  await dialog.getByRole("button", { name: "Rehearse the switchover" }).click();
  const id = await ended(page);
  await page.getByText(/sites would not answer for about/).waitFor();
  await page.getByText(/^What would be lost:/).waitFor();
  await picture(page, "rehearsal");
  const { action, pair: after } = await ask(
    page,
    "query($id: ID!, $pair: ID!) { action(id: $id) { kind status } pair(id: $pair) { status master { id } } }",
    { id, pair: pair.id },
  );
  assert.deepEqual(action, { kind: "REHEARSE_SWITCH", status: "SUCCEEDED" });
  assert.equal(after.master.id, pair.master.id, "a rehearsal switches nothing");
}

/** The dialog of the switch has its preconditions, and a button that works only once name and reason are typed. */
async function openTheSwitch(page, pair) {
  await page.goto(`/pairs/${pair.id}?do=switchOver`);
  const dialog = page.getByRole("dialog", { name: `Switch over ${pair.name}` });
  const checks = dialog.getByRole("list", { name: "Checks" }).getByRole("listitem");
  await until("the checks are made", async () => (await checks.count()) >= 5);
  const go = dialog.getByRole("button", { name: `Switch over to ${pair.slave.name}` });
  const states = await checks.evaluateAll((all) => all.map((check) => check.dataset.state));
  assert.ok(!states.includes("BLOCKING"), `something blocks: ${await checks.allTextContents()}`);
  assert.equal(await go.isDisabled(), true, "the button waits for the name");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("A look at the dialog");
  const name = dialog.getByRole("textbox", { name: /^To switch over, type/ });
  await name.fill(`${pair.name}x`);
  await dialog.getByText(`This is not ${pair.name}.`).waitFor();
  assert.equal(await go.isDisabled(), true, "another name does not do");
  await name.fill(pair.name);
  await until("the button works", () => go.isEnabled());
  await picture(page, "switch-over");
  await dialog.getByRole("button", { name: "Leave it" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** The master's page has its figures, its charts, what lives there and what happened. */
async function seeTheMaster(page, { name, master }) {
  await page.getByRole("link", { name: master.name, exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: master.name }).waitFor();
  await page
    .getByRole("region", { name: "Now" })
    .getByText(/^Load on/)
    .waitFor();
  await page.getByRole("region", { name: "Charts" }).locator("svg path").first().waitFor();
  await page.getByRole("region", { name: "What lives here" }).getByText(name).waitFor();
  const history = page.getByRole("region", { name: "History" });
  await history.getByRole("listitem").first().getByRole("time").waitFor();
  await picture(page, "server");
}

/** An action is chosen from the menu, which its address keeps, says what it does, and runs to its end. */
async function checkTheMaster(page, { master }) {
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Check it…" }).click();
  assert.equal(new URL(page.url()).searchParams.get("do"), "check");
  await page.reload();
  const dialog = page.getByRole("dialog", { name: `Check ${master.name}` });
  await dialog.getByText("Nothing is changed.").waitFor();
  await picture(page, "server-action");
  await dialog.getByRole("button", { name: `Check ${master.name}` }).click();
  const id = await ended(page);
  await picture(page, "server-checked");
  const { action } = await ask(page, "query($id: ID!) { action(id: $id) { kind status } }", { id });
  assert.deepEqual(action, { kind: "CHECK_SERVER", status: "SUCCEEDED" });
}

/** Waits on an action's page until it has ended well, and returns its id. */
async function ended(page) {
  await page.waitForURL(/\/activity\/\d+/);
  await page.locator("h1").getByText("Succeeded").waitFor();
  return /\/activity\/(\d+)/.exec(page.url())[1];
}
