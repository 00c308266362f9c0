// The life of a site through the dashboard, in a real Chromium: its bench, its making, its changes, its backups, and who pays.

import { configureABench, makeABench } from "./bench-life.mjs";
import { offerAPlan, sell, signSomebodyUp, startTheDay } from "./customer-life.mjs";
import { logInAgain } from "./login.mjs";
import { clearPictures } from "./pictures.mjs";
import {
  backUpAndBringBack,
  changeASite,
  changeManySites,
  makeASite,
  renameASite,
} from "./site-life.mjs";
import { story } from "./story.mjs";

const bench = "east";
const plan = "Standard";
const before = "acme.example.com";
const after = "acme-group.example.com";

await story(async ({ open, chapter }) => {
  clearPictures("life-");
  const window = await open("first window");

  await chapter("log in", async () => {
    await logInAgain(window, "/plans");
    await window.page.getByRole("heading", { level: 1, name: "Plans" }).waitFor();
  });
  await chapter("offer a plan", () => offerAPlan(window, { plan, standby: 1 }));
  await chapter("make a bench", () => makeABench(window, { name: bench, master: "m-01" }));
  await chapter("configure a bench", () => configureABench(window, bench));
  await chapter("make a site", () => makeASite(window, { name: before, bench }));
  await chapter("change a site", () => changeASite(window, before));
  await chapter("rename a site", () => renameASite(window, before, after));
  await chapter("back it up, and bring it back", () => backUpAndBringBack(window, after));
  await chapter("change many sites", () => changeManySites(window, "shop-0"));
  await chapter("sell", () => sell(window, { plan, customer: "Cleo", site: after }));
  await chapter("sign somebody up", () =>
    signSomebodyUp(window, { plan, site: "bea.example.com" }),
  );
  await chapter("start the day", () => startTheDay(window));
});
