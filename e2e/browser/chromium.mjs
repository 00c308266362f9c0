import { chromium } from "playwright-core";
import { central } from "./central.mjs";
import { Line } from "./line.mjs";
import { Witness } from "./witness.mjs";

/** The size of the windows that pictures are taken of. */
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** The machine's own Chromium, with everything off that would talk to somebody else. */
export function startChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A window of its own, as on another machine: nothing is shared with other windows, also not the line to Central.
 * All that it does is witnessed.
 */
export async function openWindow(browser, name) {
  const line = await Line.to(central);
  const context = await browser.newContext({
    baseURL: line.origin,
    viewport: desktop,
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  return { context, page, line, witness: new Witness(name, page, line.origin) };
}
