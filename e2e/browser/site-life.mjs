import assert from "node:assert/strict";
import { ask } from "./central.mjs";
import { choose, endedWell, siteNamed } from "./forms.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** A site is made by a form, whose password is shown once. */
export async function makeASite({ page }, { name, bench }) {
  await page.goto("/sites/new");
  const field = page.getByLabel("Host name");
  await field.fill("acme example");
  await field.blur();
  const create = page.getByRole("button", { name: /^Create/ });
  assert.equal(await create.isDisabled(), true, "no site has a space in its name");
  await field.fill(name);
  await choose(page, page, /^Bench/, new RegExp(`^${bench} `));
  await page.getByText(/No other site is touched/).waitFor();
  await picture(page, "new-site");
  await page.getByRole("button", { name: `Create ${name}` }).click();
  await page.getByText(/which is shown this once/).waitFor();
  await picture(page, "new-site-password");
  await page.getByRole("link", { name: "Watch it being created" }).click();
  await endedWell(page, "CREATE_SITE");
  await openSite(page, name);
  await picture(page, "new-site-page");
}

/** Opens a site's page from the list. */
async function openSite(page, name) {
  const { id } = await siteNamed(page, name);
  await page.goto(`/sites/${id}`);
  await page.getByRole("heading", { level: 1, name }).waitFor();
  return id;
}

/** What is chosen from the menu of a site's page opens a dialog, which its address keeps. */
async function deed(page, word) {
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: `${word}…` }).click();
  return page.getByRole("dialog");
}

/** A key of its configuration is set; its visitors are told that it is suspended, and let in again. */
export async function changeASite({ page }, name) {
  const id = await openSite(page, name);
  const configure = await deed(page, "Set a key of its configuration");
  await configure.getByLabel("Key").fill("db_password");
  await configure.getByRole("button", { name: /^Set/ }).click();
  await picture(page, "site-key-refused");
  await configure.getByLabel("Key").fill("max_file_size");
  await configure.getByText("Number", { exact: true }).click();
  await configure.getByRole("textbox", { name: "Value" }).fill("1000000");
  await configure.getByRole("button", { name: "Set max_file_size" }).click();
  await configure.waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Configuration" }).getByText("max_file_size").waitFor();
  const serving = async (word, button) => {
    const dialog = await deed(page, "Open or close it for visitors");
    await dialog.getByRole("radio", { name: new RegExp(`^${word}`) }).click();
    await picture(page, `site-${word.toLowerCase()}`);
    await dialog.getByRole("button", { name: button }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await serving("Suspended", "Suspend 1 site");
  await page.locator("h1").locator("..").getByText("Suspended").first().waitFor();
  await serving("Open", "Open 1 site");
  await until("it is open again", async () => {
    const { site } = await ask(page, "query($id: ID!) { site(id: $id) { serving } }", { id });
    return site.serving === "OPEN";
  });

  await page.reload();
  const signIn = await deed(page, "Sign in as Administrator");
  await signIn.getByLabel("Reason").fill("To see that it works");
  await signIn.getByRole("button", { name: "Make the link" }).click();
  const link = await signIn.getByRole("link", { name: `Open ${name}` }).getAttribute("href");
  assert.match(link, new RegExp(`^https?://${name}/`));
  await picture(page, "site-sign-in");
  await signIn.getByRole("button", { name: "Close" }).last().click();
}

/** It gets another name, and its page has it. */
export async function renameASite({ page }, from, to) {
  await openSite(page, from);
  const dialog = await deed(page, "Rename");
  await dialog.getByLabel("New host name").fill(to);
  await picture(page, "site-rename");
  await dialog.getByRole("button", { name: /^Rename/ }).click();
  await endedWell(page, "RENAME_SITE");
  await openSite(page, to);
}

/** It is backed up by hand, goes back to that backup, is archived, and is brought back from its last one. */
export async function backUpAndBringBack({ page }, name) {
  const id = await openSite(page, name);
  const backups = page.getByRole("region", { name: "Backups" });
  await backups.getByRole("button", { name: "Back up now" }).click();
  const restore = backups.getByRole("button", { name: "Restore…" }).first();
  await until(
    "the backup is taken",
    async () => {
      const { site } = await ask(
        page,
        "query($id: ID!) { site(id: $id) { busyWith { id } lastBackupAt } }",
        { id },
      );
      return site.busyWith === null && site.lastBackupAt !== null;
    },
    { seconds: 120 },
  );
  await restore.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("A fresh backup is taken of what it holds now.").waitFor();
  const go = dialog.getByRole("button", { name: "Restore it" });
  assert.equal(await go.isDisabled(), true, "the button waits for the name");
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await picture(page, "restore");
  await go.click();
  await endedWell(page, "RESTORE_SITE");
  await picture(page, "restored");

  await openSite(page, name);
  await page
    .getByRole("region", { name: "Backups" })
    .getByRole("button", { name: "Archive…" })
    .click();
  const archive = page.getByRole("dialog", { name: `Archive ${name}` });
  await archive.getByLabel(`Type ${name} to confirm`).fill(name);
  await picture(page, "archive");
  await archive.getByRole("button", { name: /^Archive/ }).click();
  await endedWell(page, "ARCHIVE_SITE");

  await page.goto(`/sites/${id}`); // the list has archived sites only when they are asked for
  await page.locator("h1").locator("..").getByText("Archived").first().waitFor();
  await picture(page, "archived");
  await page.getByRole("button", { name: "Bring back…" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Bring it back" }).click();
  await endedWell(page, "RESTORE_SITE");
  await openSite(page, name);
}

/** Some ticked sites are backed up as one action with a part for each. */
export async function changeManySites({ page }, search) {
  await page.goto(`/sites?q=${search}`);
  const grid = page.getByRole("grid", { name: "Sites" });
  await grid.getByRole("row").filter({ hasText: search }).first().waitFor();
  await page.getByRole("checkbox", { name: /^Tick all/ }).click();
  await page.getByText(/sites ticked/).waitFor();
  await page.getByRole("button", { name: "Change…" }).click();
  const dialog = page.getByRole("dialog");
  await choose(page, dialog, "What to do with each", "Restore them, or bring them back");
  await dialog.getByLabel(/^Type \d+: so many sites go back/).waitFor();
  await picture(page, "bulk-restore");
  await choose(page, dialog, "What to do with each", "Back them up");
  const begin = dialog.getByRole("button", { name: /^Back up \d+ sites/ });
  await until("the button works", () => begin.isEnabled());
  await picture(page, "bulk");
  await begin.click();
  const id = await endedWell(page, "BULK_CHANGE");
  await picture(page, "bulk-done");
  const { action } = await ask(
    page,
    "query($id: ID!) { action(id: $id) { children { status } } }",
    {
      id,
    },
  );
  assert.ok(action.children.length > 1, "there is a part for each");
  assert.ok(action.children.every(({ status }) => status === "SUCCEEDED"));
}
