import assert from "node:assert/strict";
import { deployOf, sitesOf } from "./central.mjs";
import { figuresOf, figuresOnRecord } from "./deploy-page.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** Retry offers exactly the sites that failed; the new deploy is cancelled and comes to a proper end. */
export async function retryAndCancel({ page }, id, failing) {
  const before = await sitesOf(page);
  await page.getByRole("button", { name: `Retry these ${failing.length}…` }).click();
  const dialog = page.getByRole("dialog", { name: `Retry these ${failing.length}` });
  const offered = await dialog
    .getByRole("list", { name: "Sites" })
    .getByRole("listitem")
    .allTextContents();
  assert.deepEqual(
    offered.map((text) => text.replace(/Rolled back$/, "")).sort(),
    failing,
    "exactly the failed ones are offered",
  );
  await picture(page, "retry");
  await dialog.getByRole("button", { name: `Retry these ${failing.length}` }).click();

  await page.waitForURL(
    (address) => /\/deploys\/\d+/.test(address.pathname) && !address.pathname.endsWith(`/${id}`),
  );
  const again = /\/deploys\/(\d+)/.exec(page.url())[1];
  const deploy = await deployOf(page, again);
  assert.equal(deploy.retryOf.id, id);
  assert.deepEqual(deploy.sites.map(({ siteName }) => siteName).sort(), failing);

  await page.getByRole("button", { name: "Cancel…" }).click();
  const asked = page.getByRole("dialog", { name: `Cancel deploy ${again}?` });
  await picture(page, "cancel");
  await asked.getByRole("button", { name: "Cancel the deploy" }).click();
  await asked.waitFor({ state: "detached" });
  await page
    .locator("h1")
    .getByText(/^(Cancelled|Failed)$/)
    .waitFor({ timeout: 300_000 });

  await until("the page shows the cancelled deploy", async () => {
    assert.deepEqual(await figuresOf(page), await figuresOnRecord(page, again));
    return true;
  });
  await picture(page, "cancelled");
  const { status, sites } = await deployOf(page, again);
  const outcomes = sites.map((site) => site.status);
  assert.ok(outcomes.includes("CANCELLED"), `nothing was cancelled: ${outcomes}`);
  // A site whose migration had begun already fails once more; then the deploy has failed.
  assert.equal(status, outcomes.includes("ROLLED_BACK") ? "FAILED" : "CANCELLED");
  for (const { siteName, status, maintenanceSince } of sites) {
    assert.ok(["CANCELLED", "ROLLED_BACK"].includes(status), `${siteName} ended as ${status}`);
    assert.equal(maintenanceSince, null, `${siteName} is left in maintenance`);
  }
  for (const [name, site] of await sitesOf(page)) {
    assert.deepEqual(site, before.get(name), `${name} is as it was before the retry`);
  }
  return again;
}
