import assert from "node:assert/strict";
import { openWindow } from "./chromium.mjs";
import { siteName } from "./central.mjs";
import {
  assertForwards,
  barsSeen,
  closeDetails,
  details,
  ended,
  figuresOf,
  openSite,
  rowsOf,
  showsTheTruth,
  watchBars,
} from "./deploy-page.mjs";
import { logInAgain } from "./login.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** The deploy runs: bars move, each site says what it does, and the output of one comes as it is written. */
export async function watchItRun({ page }, id) {
  await watchBars(page);
  await showsTheTruth(page, id, "the page");
  await until("a site is being migrated", async () => (await rowsOf(page)).find(({ doing }) => doing.startsWith("Migrate")), { seconds: 120 });
  await picture(page, "deploy-running");

  const running = await until("a site runs", async () => (await rowsOf(page)).find(({ state }) => state === "Running"));
  await openSite(page, running.name);
  const lines = details(page).getByRole("link", { name: /^Line \d+$/ });
  await until("lines of output have come", async () => (await lines.count()) > 3);
  await details(page).getByRole("list", { name: "Steps" }).getByText("Preflight").waitFor();
  await picture(page, "deploy-output-live");
  await closeDetails(page);

  const seen = await barsSeen(page);
  assertForwards(seen);
  assert.ok([...seen.values()].some((values) => values.length > 2), "no bar moved");
}

/** A reload in the middle shows the same deploy at least as far as it was. */
export async function reloadInTheMiddle({ page }, id) {
  const before = await figuresOf(page);
  await page.reload();
  await showsTheTruth(page, id, "the reloaded page");
  const after = await figuresOf(page);
  assert.ok(ended(after) >= ended(before), `after the reload ${JSON.stringify(after)}, before it ${JSON.stringify(before)}`);
  await watchBars(page);
}

/** A second window, signed in on its own, shows the same. */
export async function openSecondWindow(browser, { page }, id) {
  const second = await openWindow(browser, "second window");
  await logInAgain(second, `/deploys/${id}`);
  await second.page.getByRole("region", { name: "Progress" }).waitFor();
  await until("both windows show the same figures", async () => {
    const [one, other] = await Promise.all([figuresOf(page), figuresOf(second.page)]);
    assert.deepEqual(other, one);
    return true;
  });
  return second;
}

/** The line drops in one window and comes back: it says so, catches up, and misses nothing. */
export async function loseTheLine(first, second, id) {
  const { page, context, witness } = first;
  const stream = `deployProgress ${id}`;
  const before = witness.streams.of(stream).length;
  await witness.excuse(/ERR_INTERNET_DISCONNECTED|WebSocket/, async () => {
    await context.setOffline(true);
    await page.getByText(/^Offline/).waitFor();
    const cut = witness.streams.of(stream).at(-1).last;
    await picture(page, "deploy-offline");
    await until("the other window moved on", () => second.witness.streams.of(stream).at(-1).last > cut + 3, { seconds: 60 });
    assert.equal(witness.streams.of(stream).at(-1).last, cut, "nothing comes through while the line is down");
    await context.setOffline(false);
    await page.getByText("Live", { exact: true }).first().waitFor();
    const again = witness.streams.of(stream).slice(before);
    assert.ok(again.length > 0, "the page subscribed again");
    assert.equal(again[0].after, cut, "it goes on right after the last event it had");
  });
  await showsTheTruth(page, id, "the window that was offline");
  assertForwards(await barsSeen(page));
  await picture(page, "deploy-caught-up");
}
