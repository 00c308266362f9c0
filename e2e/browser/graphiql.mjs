import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** GraphiQL is Central's own: it answers, and loads nothing from anywhere else (the witness sees to that). */
export async function tryGraphiql({ page }) {
  await page.goto("/graphiql");
  const answer = page.locator(".result-window").getByText('"admin"', { exact: true });
  await until("the query is answered", async () => {
    // Its editor comes some moments after its buttons, which until then do nothing.
    await page.getByRole("button", { name: /Execute query/ }).click();
    await answer.waitFor({ timeout: 2000 });
    return true;
  });
  await picture(page, "graphiql");
}
