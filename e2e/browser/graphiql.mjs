import { picture } from "./pictures.mjs";

/** GraphiQL is Central's own: it answers, and loads nothing from anywhere else (the witness sees to that). */
export async function tryGraphiql({ page }) {
  await page.goto("/graphiql?query={me{name}}");
  await page.getByRole("button", { name: /Execute query/ }).click();
  await page.locator(".result-window").getByText('"admin"', { exact: true }).waitFor();
  await picture(page, "graphiql");
}
