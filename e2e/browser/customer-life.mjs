import assert from "node:assert/strict";
import { ask } from "./central.mjs";
import { choose } from "./forms.mjs";
import { picture } from "./pictures.mjs";
import { until } from "./until.mjs";

/** A plan is offered, and one site is kept ready for those who sign up for it. */
export async function offerAPlan({ page }, { plan, standby }) {
  await page.goto("/plans");
  await page.getByRole("button", { name: "Offer a plan" }).first().click();
  const form = page.getByRole("dialog", { name: "Offer a plan" });
  await form.getByLabel("Name").fill(plan);
  await form.getByLabel("Price a month").fill("4x");
  const offer = form.getByRole("button", { name: /^Offer/ });
  await picture(page, "plan-form-wrong");
  assert.equal(await offer.isDisabled(), true, "4x is no price");
  await form.getByLabel("Price a month").fill("49");
  await picture(page, "plan-form");
  await offer.click();
  await form.waitFor({ state: "detached" });
  const { plans } = await ask(page, "{ plans { name price { amount currency } } }");
  assert.equal(plans.find(({ name }) => name === plan).price.amount, 4900);

  const row = page.getByRole("row").filter({ hasText: plan });
  await row.getByRole("button", { name: "Change…" }).first().click();
  const pool = page.getByRole("dialog", { name: `Sites that stand ready for ${plan}` });
  await pool.getByLabel("Sites that stand ready").fill(String(standby));
  await pool.getByRole("button", { name: `Keep ${standby} ready` }).click();
  await pool.waitFor({ state: "detached" });
  await row
    .getByText(new RegExp(`${standby}`))
    .first()
    .waitFor();
  await picture(page, "plans");
}

/** A customer gets a subscription for a site; its trial is extended, it is paid, and cancelled at the end. */
export async function sell({ page }, { plan, customer, site }) {
  await page.goto("/customers");
  await page.getByRole("button", { name: "Add a customer" }).first().click();
  const form = page.getByRole("dialog", { name: "Add a customer" });
  await form.getByLabel("Name").fill(customer);
  await form.getByLabel("E-mail").fill("not an address");
  const add = form.getByRole("button", { name: /^Add/ });
  assert.equal(await add.isDisabled(), true, "that is no address");
  await form.getByLabel("E-mail").fill("cleo@customers.example");
  await add.click();
  await page.getByRole("heading", { level: 1, name: customer }).waitFor();

  await page.getByRole("button", { name: "New subscription" }).click();
  const subscribe = page.getByRole("dialog", { name: `A subscription for ${customer}` });
  await choose(page, subscribe, /^Plan/, new RegExp(`^${plan},`));
  await subscribe.getByRole("combobox", { name: /^Site/ }).fill(site);
  await page.getByRole("option", { name: site }).click();
  await picture(page, "subscribe");
  await subscribe.getByRole("button", { name: /^Begin/ }).click();
  await subscribe.waitFor({ state: "detached" });
  const card = page.getByRole("region", { name: /^Subscription/ });
  await card.getByText("Trial", { exact: true }).first().waitFor();

  const change = async (button, dialogName, fill) => {
    await card.getByRole("button", { name: button }).click();
    const dialog = page.getByRole("dialog", { name: dialogName });
    await fill(dialog);
    await dialog.getByRole("button", { name: dialogName }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await change("Extend the trial…", /^Extend/, (dialog) => dialog.getByLabel("Days").fill("7"));
  await change("Record a payment…", /^Record/, (dialog) => dialog.getByLabel(/^Amount/).fill("49"));
  await card.getByText("Active", { exact: true }).first().waitFor();
  await change("Cancel…", /^Cancel/, (dialog) => dialog.getByLabel("Why").fill("They close down"));
  await picture(page, "customer");
  await change("Resume…", /^Resume/, async () => {});
  const history = card.getByRole("list", { name: "History" });
  await until("all of it is in the history", async () => {
    return (await history.getByRole("listitem").count()) >= 5;
  });

  await page.goto("/subscriptions");
  await page.getByRole("row").filter({ hasText: customer }).first().waitFor();
  await picture(page, "subscriptions");
}

/** Somebody signs up, staff hands the link on, and the site that stood ready is theirs. */
export async function signSomebodyUp({ page }, { plan, site }) {
  await until(
    "a site stands ready",
    async () => {
      const { standbyPools } = await ask(page, "{ standbyPools { ready plan { name } } }");
      return standbyPools.some((pool) => pool.plan.name === plan && pool.ready > 0);
    },
    { seconds: 240, every: 1000 },
  );
  const { plans } = await ask(page, "{ plans { id name } }");
  await ask(page, "mutation($in: SignUpInput!) { signUp(input: $in) { id } }", {
    in: {
      idempotencyKey: site,
      planId: plans.find(({ name }) => name === plan).id,
      siteName: site,
      name: "Bea",
      email: "bea@customers.example",
      clientAddress: "203.0.113.9",
    },
  });
  await page.goto("/sign-ups");
  const row = page.getByRole("row").filter({ hasText: site });
  await row.getByText("expires").first().waitFor();
  await picture(page, "sign-ups");
  await row.getByRole("button", { name: "Show the link" }).click();
  await row.getByRole("button", { name: "Copy the link" }).waitFor();
  const { signUps } = await ask(page, "{ signUps(first: 1) { nodes { id } } }");
  const { copySignUpLink } = await ask(
    page,
    "mutation($id: ID!) { copySignUpLink(input: { signUpId: $id }) { link } }",
    { id: signUps.nodes[0].id },
  );
  const token = copySignUpLink.link.split("token=")[1];
  await ask(page, "mutation($t: String!) { verifySignUp(input: { token: $t }) { state } }", {
    t: token,
  });
  await row.getByText("Ready").first().waitFor();
  await picture(page, "signed-up");
  await page.goto("/customers");
  await page.getByRole("link", { name: "Bea" }).first().click();
  await page.getByRole("region", { name: "Sign-ups" }).getByText(site).waitFor();
}

/** The overview says how the sign-ups are doing. */
export async function startTheDay({ page }) {
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await picture(page, "overview");
}
