import assert from "node:assert/strict";
import { deployOf } from "./central.mjs";
import { until } from "./until.mjs";

/** What the deploy page shows, read as a person reads it. */

const words = {
  done: "done",
  "rolled back": "rolledBack",
  broken: "broken",
  "not started": "notStarted",
  cancelled: "cancelled",
  running: "running",
  waiting: "waiting",
};

/** The figures above the bar: `{ total, done, rolledBack, broken, notStarted, cancelled, running, waiting }`. */
export async function figuresOf(page) {
  const progress = page.getByRole("region", { name: "Progress" });
  const { head, legend } = await progress.evaluate((section) => ({
    head: section.textContent,
    legend: [...section.querySelectorAll("li")].map((item) => item.textContent),
  }));
  const [, done, total] = /^(\d+) of (\d+) sites done/.exec(head);
  const figures = {
    total: Number(total),
    done: 0,
    rolledBack: 0,
    broken: 0,
    notStarted: 0,
    cancelled: 0,
    running: 0,
    waiting: 0,
  };
  for (const text of legend) {
    const [, count, word] = /^(\d+)\s+(.+)$/.exec(text);
    figures[words[word]] = Number(count);
  }
  assert.equal(figures.done, Number(done), "the headline and the legend count the same");
  return figures;
}

/** The same figures as GraphQL has them. */
export async function figuresOnRecord(page, id) {
  const { total, done, running, rolledBack, broken, cancelled, notStarted } = (
    await deployOf(page, id)
  ).progress;
  const waiting = total - done - running - rolledBack - broken - cancelled - notStarted;
  return { total, done, rolledBack, broken, notStarted, cancelled, running, waiting };
}

/** How many sites have come to their end, whichever. */
export const ended = ({ total, running, waiting }) => total - running - waiting;

/** Waits until the page shows the figures that are on record at that moment. */
export async function showsTheTruth(page, id, what) {
  await until(`${what} shows what is on record`, async () => {
    const [shown, recorded] = await Promise.all([figuresOf(page), figuresOnRecord(page, id)]);
    assert.deepEqual(shown, recorded);
    return true;
  });
}

/** The rows of the table of sites: name, state, what it does, percent (null before it starts), time in maintenance. */
export function rowsOf(page) {
  return page.getByRole("group", { name: "Sites of this deploy" }).evaluate((frame) =>
    [...frame.querySelectorAll("tbody tr")].map((row) => {
      const [name, , state, doing, , down] = [...row.cells].map((cell) => cell.textContent);
      const bar = row.querySelector("[role=progressbar]");
      return {
        name,
        state,
        doing,
        down,
        percent: bar ? Number(bar.getAttribute("aria-valuenow")) : null,
      };
    }),
  );
}

/** The panel of one site or build, beside the page. */
export const details = (page) => page.getByRole("complementary", { name: "Details" });

/** Opens a site's steps and output. */
export async function openSite(page, name) {
  await page
    .getByRole("group", { name: "Sites of this deploy" })
    .getByRole("button", { name })
    .click();
  await details(page).getByRole("link", { name, exact: true }).waitFor();
}

/** Closes them. */
export async function closeDetails(page) {
  await page.keyboard.press("Escape");
  await details(page).waitFor({ state: "detached" });
}

/** Waits until the deploy has ended and the page says how. */
export async function waitForTheEnd(page, word, seconds) {
  await page
    .locator("h1")
    .getByText(word, { exact: true })
    .waitFor({ timeout: seconds * 1000 });
}

/** Notes what the bars show, ten times a second, from now on until the page is left. */
export const watchBars = (page) =>
  page.evaluate(() => {
    window.barsSeen = [];
    setInterval(() => {
      const value = (bar) => Number(bar.getAttribute("aria-valuenow"));
      const bars = [...document.querySelectorAll("#page [role=progressbar]")];
      window.barsSeen.push(bars.map((bar) => [bar.getAttribute("aria-label"), value(bar)]));
    }, 100);
  });

/** What each bar showed since then: its label → the values, in order, without repeats. */
export async function barsSeen(page) {
  const seen = new Map();
  for (const bars of await page.evaluate(() => window.barsSeen)) {
    for (const [label, value] of bars) {
      const values = seen.get(label) ?? [];
      if (values.at(-1) !== value) {
        seen.set(label, [...values, value]);
      }
    }
  }
  return seen;
}

/** Bars move, and never backwards. */
export function assertForwards(seen) {
  for (const [label, values] of seen) {
    assert.deepEqual(
      values,
      [...values].sort((a, b) => a - b),
      `the bar of ${label} went backwards`,
    );
  }
}
