import assert from "node:assert/strict";
import { deployOf } from "./central.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/**
 * From ticked sites to a running deploy, in four clicks at most. `staysBehind` is how many sites of each bench are
 * to be left alone. Returns the deploy's id.
 */
export async function deployTicked({ page }, { release, sites, sitesAtOnce, staysBehind }) {
  await countClicks(page);
  await page.getByRole("button", { name: "Deploy", exact: true }).click();

  const panel = page.getByRole("dialog", { name: `Deploy to ${sites.length} sites` });
  const releases = panel.getByRole("radiogroup", { name: "Releases of shop, newest first" });
  await releases.getByText(release, { exact: true }).waitFor();
  const versions = await releases
    .locator("label")
    .evaluateAll((labels) => labels.map((label) => label.textContent.match(/\d+\.\d+\.\d+/)[0]));
  assert.deepEqual(versions, [...versions].sort().reverse(), "releases are listed newest first");
  await picture(page, "deploy-releases");
  await releases
    .locator("label")
    .filter({ has: page.getByText(release, { exact: true }) })
    .click();
  await panel.getByRole("button", { name: "Review" }).click();

  const go = panel.getByRole("button", { name: `Deploy ${sites.length} sites` });
  await go.waitFor();
  await until("the plan names exactly the ticked sites", async () => {
    const planned = await panel
      .getByRole("listitem")
      .filter({ hasText: "→", hasNot: page.locator("[aria-expanded]") }) // not what lies between
      .evaluateAll((items) =>
        items.map((item) => [...item.children].slice(0, 2).map((part) => part.textContent)),
      );
    assert.deepEqual(planned.map(([name]) => name).sort(), sites);
    assert.deepEqual(
      planned.filter(([, move]) => !move.endsWith(`→ shop ${release}`)),
      [],
    );
    return true;
  });
  for (const [bench, count] of Object.entries(staysBehind)) {
    await panel
      .getByRole("region", { name: bench })
      .getByText(new RegExp(`^${count} other sites? of this bench stays? `))
      .waitFor();
  }
  const takes = panel.locator("dl").getByText("Takes about").locator("..");
  const before = await takes.textContent();
  await panel.getByLabel("Sites at once on each server").fill(String(sitesAtOnce));
  await until(
    "the plan is the one for that many at once",
    async () => (await takes.textContent()) !== before,
  );
  await picture(page, "deploy-review");
  await go.click();

  await page.waitForURL(/\/deploys\/\d+/);
  const clicks = await clicksCounted(page);
  assert.ok(clicks <= 4, `${clicks} clicks from the ticked list to a running deploy`);
  const id = /\/deploys\/(\d+)/.exec(page.url())[1];
  const deploy = await deployOf(page, id);
  assert.deepEqual(
    deploy.sites.map(({ siteName }) => siteName).sort(),
    sites,
    "the deploy is for exactly the ticked sites",
  );
  return id;
}

const countClicks = (page) =>
  page.evaluate(() => {
    window.clicksSeen = 0;
    window.addEventListener("pointerdown", () => (window.clicksSeen += 1), true);
  });

const clicksCounted = (page) => page.evaluate(() => window.clicksSeen);
