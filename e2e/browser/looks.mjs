import assert from "node:assert/strict";
import { desktop, phone } from "./chromium.mjs";
import { picture } from "./pictures.mjs";

/** Sites and the deploy page in the dark; every page on a phone, where none has to be scrolled sideways. */
export async function lookInTheDarkAndOnAPhone({ page }, deployId) {
  const views = [
    {
      name: "sites",
      address: "/sites",
      ready: page.getByRole("grid", { name: "Sites" }).getByRole("row").nth(3),
    },
    {
      name: "deploy",
      address: `/deploys/${deployId}`,
      ready: page.getByRole("region", { name: "Summary" }),
    },
  ];
  await chooseTheme(page, "Dark");
  for (const { name, address, ready } of views) {
    await page.goto(address);
    await ready.waitFor();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.ok(brightness(background) < 60, `${name} is ${background} in the dark theme`);
    await picture(page, `${name}-dark`);
  }
  await chooseTheme(page, "Light");
  await page.setViewportSize(phone);
  for (const { name, address, ready } of views) {
    await page.goto(address);
    await ready.waitFor();
    await fitsThePhone(page, name);
    await picture(page, `${name}-phone`);
  }
  for (const name of [
    "Overview",
    "Deploys",
    "Benches",
    "Servers",
    "Pairs",
    "Certificates",
    "Customers",
    "Subscriptions",
    "Plans",
    "Apps",
    "Activity",
    "Audit",
  ]) {
    await page.getByRole("button", { name: "Menu" }).click();
    const menu = page.getByRole("dialog").getByRole("navigation", { name: "Main" });
    await menu.getByRole("link", { name: new RegExp(`^${name}( \\d+\\+?)?$`) }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.waitForLoadState("networkidle");
    await fitsThePhone(page, name);
  }
  await page.setViewportSize(desktop);
}

/** Tables may scroll in their own frame; the page may not. */
async function fitsThePhone(page, name) {
  const { wide, room } = await page.evaluate(() => {
    const parts = [document.documentElement, document.body, document.querySelector("#page")];
    return {
      wide: Math.max(...parts.map((part) => part.scrollWidth)),
      room: document.documentElement.clientWidth,
    };
  });
  assert.ok(wide <= room, `${name} is ${wide} px wide on a phone of ${room} px`);
}

async function chooseTheme(page, name) {
  await page.goto("/sites");
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("button", { name: /admin/ })
    .click();
  await page.getByRole("radiogroup", { name: "Theme" }).getByLabel(name).check({ force: true });
  await page.keyboard.press("Escape");
}

function brightness(color) {
  const [red, green, blue] = color.match(/\d+/g).map(Number);
  return (red + green + blue) / 3;
}
