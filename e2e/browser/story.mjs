import { openWindow, startChromium } from "./chromium.mjs";
import { picture } from "./pictures.mjs";

/**
 * Tells a story in a real Chromium: `tell({ browser, windows, open, chapter })`. It fails when a chapter does, and when a window
 * has something to complain of; what was seen then is kept as a picture.
 */
export async function story(tell) {
  const browser = await startChromium();
  const windows = [];
  let failed = false;
  const open = async (name) => {
    const window = await openWindow(browser, name);
    windows.push(window);
    return window;
  };
  try {
    await tell({ browser, windows, open, chapter });
  } catch (error) {
    failed = true;
    console.error(error);
    for (const { page } of windows) {
      console.error(`was at ${page.url()}`);
      await picture(page, "failed").catch(() => console.error("no picture of it could be taken"));
    }
  }
  await browser.close();
  await Promise.all(windows.map(({ line }) => line.cut()));

  const complaints = windows.flatMap(({ witness }) => witness.complaints);
  for (const complaint of complaints) {
    console.error(complaint);
  }
  process.exitCode = failed || complaints.length > 0 ? 1 : 0;
}

/** Tells how long a part of the story took. */
async function chapter(title, part) {
  const start = performance.now();
  const result = await part();
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${title}`);
  return result;
}
