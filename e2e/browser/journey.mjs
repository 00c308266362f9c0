// A person's way through the dashboard, from the first login to the way out, in a real Chromium.

import { siteName } from "./central.mjs";
import { deployTicked } from "./deploy-form.mjs";
import { tryGraphiql } from "./graphiql.mjs";
import { readTheLists } from "./lists.mjs";
import { logInForTheFirstTime, logOut } from "./login.mjs";
import { lookInTheDarkAndOnAPhone } from "./looks.mjs";
import { seeHowItEnded } from "./outcome.mjs";
import { lookAtPairsAndServers } from "./pairs.mjs";
import { clearPictures } from "./pictures.mjs";
import { retryAndCancel } from "./retry.mjs";
import { findSites, tickSites } from "./sites.mjs";
import { story } from "./story.mjs";
import { loseTheLine, openSecondWindow, reloadInTheMiddle, watchItRun } from "./watching.mjs";

const release = "1.3.0";
/** Sites with an item without a unit: the release fails on them. */
const failing = [4, 8, 12].map(siteName);
const succeeding = [2, 6, 9, 11].map(siteName);
const chosen = [...failing, ...succeeding].sort();

await story(async ({ browser, windows, open, chapter }) => {
  clearPictures();
  const first = await open("first window");

  await chapter("log in for the first time", () => logInForTheFirstTime(first));
  await chapter("find sites", () => findSites(first, failing));
  await chapter("tick sites", () => tickSites(first, failing, succeeding));
  const id = await chapter("deploy the ticked sites", () =>
    deployTicked(first, {
      release,
      sites: chosen,
      sitesAtOnce: 1,
      staysBehind: { "north on m-01": 1, "south on m-02": 4 },
    }),
  );
  await chapter("watch it run", () => watchItRun(first, id));
  await chapter("reload in the middle", () => reloadInTheMiddle(first, id));
  const second = await chapter("open a second window", () => openSecondWindow(browser, first, id));
  windows.push(second);
  await chapter("lose the line", () => loseTheLine(first, second, id));
  await chapter("see how it ended", () =>
    seeHowItEnded(first, second, id, { failing, succeeding, release }),
  );
  await chapter("retry the failed sites, and cancel", () => retryAndCancel(first, id, failing));
  await chapter("read the lists", () => readTheLists(first, id));
  await chapter("look at pairs and servers", () => lookAtPairsAndServers(first));
  await chapter("look in the dark and on a phone", () => lookInTheDarkAndOnAPhone(first, id));
  await chapter("try GraphiQL", () => tryGraphiql(first));
  await chapter("log out", () => logOut(first));
});
