import assert from "node:assert/strict";
import { sitesOf } from "./central.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

const grid = (page) => page.getByRole("grid", { name: "Sites" });
const rowOf = (page, name) => grid(page).getByRole("row").filter({ hasText: name });

/** The names that the list shows, in its order; only once it is not about to change. */
async function listed(page) {
  assert.equal(await grid(page).getAttribute("aria-busy"), "false", "the list is still on its way");
  return namesOf(grid(page).locator("[role=row]"));
}

/** The names of the ticked ones among them. */
const ticked = (page) => namesOf(grid(page).locator("[role=row][aria-selected=true]"));

/** The names of rows; the head of the table has none. */
const namesOf = (rows) =>
  rows.evaluateAll((all) =>
    all.flatMap(
      (row) =>
        row
          .querySelector("[role=gridcell] input")
          ?.getAttribute("aria-label")
          .replace("Tick ", "") ?? [],
    ),
  );

/** Waits until the list shows exactly these. */
async function listShows(page, names) {
  await until(`the list shows ${names.join(", ")}`, async () => {
    assert.deepEqual(await listed(page), names);
    return true;
  });
}

/** The list can be searched, and filtered by the versions that some sites are on; the address keeps it. */
export async function findSites({ page }, toFind) {
  await page.goto("/sites");
  const all = [...(await sitesOf(page)).values()];
  const names = all.map(({ name }) => name).sort();
  await listShows(page, names);
  await picture(page, "sites");

  await page.keyboard.press("/");
  await page.keyboard.type("shop-1");
  await listShows(
    page,
    names.filter((name) => name.includes("shop-1")),
  );
  assert.equal(new URL(page.url()).searchParams.get("q"), "shop-1");
  await picture(page, "sites-search");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Escape");
  await listShows(page, names);

  const versions = [
    ...new Set(all.filter(({ name }) => toFind.includes(name)).map(({ version }) => version)),
  ];
  const those = all.filter(({ version }) => versions.includes(version)).map(({ name }) => name);
  await page.getByRole("search").getByRole("button", { name: "Version" }).click();
  for (const version of versions) {
    await page.getByRole("dialog", { name: "Version" }).getByText(version, { exact: true }).click();
  }
  await picture(page, "sites-filter");
  await page.keyboard.press("Escape");
  await listShows(page, those.sort());
  assert.deepEqual(JSON.parse(new URL(page.url()).searchParams.get("version")), versions);
  await page.reload();
  await listShows(page, those.sort());
}

/** Ticks sites with the keyboard and with the mouse; ticks stay when the filter changes. */
export async function tickSites({ page }, byKeyboard, byMouse) {
  for (const name of byKeyboard) {
    await moveTo(page, name);
    await page.keyboard.press("x");
  }
  await moveTo(page, byKeyboard[0]);
  await page.keyboard.press("x");
  await until(
    "k and x took the first one back",
    async () => !(await ticked(page)).includes(byKeyboard[0]),
  );
  await page.keyboard.press("x");
  await picture(page, "sites-ticked-by-keyboard");

  await page.getByRole("button", { name: "Clear filters" }).click();
  for (const name of byMouse) {
    await rowOf(page, name).getByRole("gridcell").first().click();
  }
  const chosen = [...byKeyboard, ...byMouse].sort();
  await until("exactly those are ticked", async () => {
    assert.deepEqual(await ticked(page), chosen);
    return true;
  });
  await page.getByText(`${chosen.length} sites ticked`).waitFor();
  await picture(page, "sites-ticked");

  await page.reload();
  await page.getByText(`${chosen.length} sites ticked`).waitFor();
}

/** Moves the keyboard's row with j and k until it is the site's. */
async function moveTo(page, name) {
  const names = await listed(page);
  const wanted = names.indexOf(name);
  assert.notEqual(wanted, -1, `${name} is in the list`);
  for (;;) {
    const id = (await grid(page).getAttribute("aria-activedescendant")) ?? "site-row--1";
    const at = Number(id.replace("site-row-", ""));
    if (at === wanted) {
      return;
    }
    await page.keyboard.press(at < wanted ? "j" : "k");
    await until(
      "the keyboard's row moved",
      async () => (await grid(page).getAttribute("aria-activedescendant")) !== id,
    );
  }
}
