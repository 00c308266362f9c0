import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { artifacts } from "./central.mjs";

let taken = 0;
let series = "";

/** Removes the pictures of an earlier run of the same story: theirs and ours would be told apart by nobody. */
export function clearPictures(of = "") {
  series = of;
  mkdirSync(artifacts, { recursive: true });
  const mine = new RegExp(`^${of}\\d\\d-.*\\.png$`);
  for (const name of readdirSync(artifacts).filter((one) => mine.test(one))) {
    rmSync(join(artifacts, name));
  }
}

/** Keeps a picture of what a window shows now, numbered in the order of the story. */
export async function picture(page, name) {
  taken += 1;
  const file = `${series}${String(taken).padStart(2, "0")}-${name}.png`;
  await page.screenshot({ path: join(artifacts, file), animations: "disabled", caret: "hide" });
}
