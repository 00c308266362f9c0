import assert from "node:assert/strict";
import { deployOf, sitesOf } from "./central.mjs";
import {
  assertForwards,
  barsSeen,
  closeDetails,
  details,
  figuresOf,
  figuresOnRecord,
  openSite,
  rowsOf,
  waitForTheEnd,
} from "./deploy-page.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** The deploy ends: figures, rows and summary say what is on record, and why sites were taken back. */
export async function seeHowItEnded({ page }, second, id, { failing, succeeding, release }) {
  await waitForTheEnd(page, "Failed", 600);
  const wanted = {
    total: failing.length + succeeding.length,
    done: succeeding.length,
    rolledBack: failing.length,
    broken: 0,
    notStarted: 0,
    cancelled: 0,
    running: 0,
    waiting: 0,
  };
  await until("the page shows the end", async () => {
    assert.deepEqual(await figuresOf(page), wanted);
    return true;
  });
  await until("the second window shows the end", async () => {
    assert.deepEqual(await figuresOf(second.page), wanted);
    return true;
  });
  assert.deepEqual(await figuresOnRecord(page, id), wanted, "the page shows what is on record");
  assertForwards(await barsSeen(page));

  const rows = new Map((await rowsOf(page)).map((row) => [row.name, row]));
  for (const name of succeeding) {
    assert.equal(rows.get(name).state, "Done");
    assert.match(rows.get(name).down, /\d+ s/, "seconds in maintenance are shown");
  }
  for (const name of failing) {
    assert.equal(rows.get(name).state, "Rolled back");
    assert.match(rows.get(name).doing, /KeyError/, "the row says why");
  }
  const sites = await sitesOf(page);
  for (const name of succeeding) {
    assert.equal(sites.get(name).version, `shop ${release}`);
  }
  for (const name of failing) {
    assert.notEqual(sites.get(name).version, `shop ${release}`);
    assert.equal(sites.get(name).maintenanceSince, null, `${name} is left in maintenance`);
  }
  const summary = page.getByRole("region", { name: "Summary" });
  await summary.getByText("move_units_to_column").first().waitFor();
  await picture(page, "deploy-ended");
  await page.getByText("Tiles", { exact: true }).click();
  await page.getByRole("img", { name: `${wanted.total} sites as tiles` }).waitFor();
  await picture(page, "deploy-tiles");
  await page.getByText("Table", { exact: true }).click();
  await seeWhyItFailed(page, id, failing[0]);
}

/** A failed site shows its patch, its traceback and what became of it. */
async function seeWhyItFailed(page, id, name) {
  await openSite(page, name);
  const panel = details(page);
  await panel.getByText(/back on its old code and data/).waitFor();
  await panel.getByRole("button", { name: "Show the traceback" }).click();
  const traceback = panel.locator("pre").filter({ hasText: "Traceback (most recent call last)" });
  await traceback.waitFor();
  assert.match(await traceback.textContent(), /KeyError: 'uom'/);
  const { sites } = await deployOf(page, id);
  const { errorMessage } = sites.find(({ siteName }) => siteName === name);
  await panel.getByText(errorMessage).first().waitFor();
  await picture(page, "deploy-traceback");
  await closeDetails(page);
}
