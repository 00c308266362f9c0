import assert from "node:assert/strict";
import { openWindow } from "./chromium.mjs";
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
  await until(
    "a site is being migrated",
    async () => (await rowsOf(page)).find(({ doing }) => doing.startsWith("Migrate")),
    { seconds: 240 },
  );
  await picture(page, "deploy-running");

  await until("the output of a running site has grown", () => outputGrows(page));
  await details(page).getByRole("list", { name: "Steps" }).getByText("Preflight").waitFor();
  await picture(page, "deploy-output-live");
  await closeDetails(page);

  const seen = await barsSeen(page);
  assertForwards(seen);
  assert.ok(
    [...seen.values()].some((values) => values.length > 2),
    "no bar moved",
  );
}

/** Opens a site that runs, and says whether lines came meanwhile. One that just ended gets none: it is closed again. */
async function outputGrows(page) {
  const running = (await rowsOf(page)).find(({ state }) => state === "Running");
  if (running === undefined) return false;
  await openSite(page, running.name);
  const before = await lineCount(page);
  const more = async () => (await lineCount(page)) > before;
  const grew = await until("more lines have come", more, { seconds: 5 }).catch(() => false);
  if (!grew) await closeDetails(page);
  return grew;
}

/** How many lines of output the open panel has. */
async function lineCount(page) {
  const words = await details(page)
    .getByText(/^[\d,]+ lines?$/)
    .textContent();
  return Number(words.replace(/\D/g, ""));
}

/** A reload in the middle shows the same deploy at least as far as it was. */
export async function reloadInTheMiddle({ page }, id) {
  const before = await figuresOf(page);
  await page.reload();
  await showsTheTruth(page, id, "the reloaded page");
  const after = await figuresOf(page);
  assert.ok(
    ended(after) >= ended(before),
    `after the reload ${JSON.stringify(after)}, before it ${JSON.stringify(before)}`,
  );
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
  const { page, context, line, witness } = first;
  const stream = `deployProgress ${id}`;
  const subscriptions = () => witness.streams.of(stream);
  const before = subscriptions().length;
  await witness.excuse(
    /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE/,
    async () => {
      await context.setOffline(true);
      await line.cut();
      await page.getByText(/^Offline/).waitFor();
      const { last } = subscriptions().at(-1);
      const elsewhere = () => second.witness.streams.of(stream).at(-1).last;
      const head = elsewhere();
      await until("the other window moved on", () => elsewhere() > Math.max(last, head) + 3, {
        seconds: 120,
      });
      assert.equal(
        subscriptions().at(-1).last,
        last,
        "nothing comes through while the line is down",
      );
      await picture(page, "deploy-offline");
      await line.mend();
      await context.setOffline(false);
      const [again] = await until("the page subscribes again", () => subscriptions().slice(before));
      // A cut may let an event through to the page that the witness does not see any more.
      assert.ok(
        again.after >= last && again.after <= Math.max(last, head) + 3,
        `it goes on after ${again.after}; it had ${last} when the line was cut, and the other window ${head}`,
      );
      await page.getByText("Live", { exact: true }).waitFor();
    },
  );
  await showsTheTruth(page, id, "the window that was offline");
  assertForwards(await barsSeen(page));
  await picture(page, "deploy-caught-up");
}
