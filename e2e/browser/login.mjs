import assert from "node:assert/strict";
import { ask, oneTimePassword } from "./central.mjs";
import { picture } from "./pictures.mjs";

/** What the administrator chooses instead of the one-time password. */
const password = "a fleet of practice hosts";

/** A visitor gets the login page, a wrong password is told, the one-time password has to be replaced. */
export async function logInForTheFirstTime({ page }) {
  await page.goto("/sites?q=shop");
  await page.getByRole("heading", { name: "Log in to Central" }).waitFor();
  assert.match(page.url(), /\/login\?back=/, "the login page knows where one wanted to go");
  await picture(page, "login");

  await enter(page, "not the password");
  await page.getByRole("alert").getByText("The name or the password is wrong.").waitFor();
  await picture(page, "wrong-password");

  await enter(page, oneTimePassword);
  await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
  await page.goto("/sites");
  await page.getByRole("heading", { name: "Choose a new password" }).waitFor();

  const change = page.getByRole("button", { name: "Change password" });
  await page.getByLabel("One-time password").fill(oneTimePassword);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByText("7 more characters").waitFor();
  assert.equal(await change.isDisabled(), true, "a short password is not taken");
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await picture(page, "new-password");
  await change.click();

  await page.getByRole("heading", { name: "Sites" }).waitFor();
  const { me } = await ask(page, "{ me { name role mustChangePassword } }");
  assert.deepEqual(me, { name: "admin", role: "ADMIN", mustChangePassword: false });
}

/** The same person signs in at another window. */
export async function logInAgain({ page }, to) {
  await page.goto(to);
  await enter(page, password);
}

async function enter(page, secret) {
  await page.getByLabel("Name").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** The way out leads back to the login page, and nothing is shown to who comes after. */
export async function logOut({ page }) {
  await page.goto("/sites");
  await page.getByRole("button", { name: /admin/ }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Log in to Central" }).waitFor();
  await page.goto("/sites");
  await page.getByRole("heading", { name: "Log in to Central" }).waitFor();
}
