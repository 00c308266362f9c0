import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { answers, customer, money, pageInfo, plan, subscription } from "./customersFixture";
import { type Answer, refusal, renderApp, type SentRequest } from "./testing";

const sent = (requests: SentRequest[], operation: string) =>
  requests.filter((request) => request.operation === operation);

beforeEach(() => sessionStorage.clear());

describe("sign-ups", () => {
  const signUp = {
    __typename: "SignUp",
    id: "30",
    state: "UNVERIFIED",
    stateReason: "",
    siteName: "acme.example.com",
    name: "Ana Lee",
    email: "ana@mailinator.com",
    company: "Acme",
    clientAddress: "192.0.2.7",
    region: "fra1",
    earlier: 2,
    disposable: true,
    mail: "WAITING",
    mailError: "",
    expiresAt: "2999-05-01T10:00:00Z",
    createdAt: "2026-05-01T10:00:00Z",
    plan,
    customer: null as object | null,
    action: null as object | null,
  };
  const listed = (...nodes: object[]): Record<string, Answer> => ({
    ...answers,
    SignUpsPage: () => ({
      signUps: { __typename: "SignUpConnection", totalCount: nodes.length, pageInfo, nodes },
    }),
  });

  it("show who was here before or hides behind a disposable address, and hand a link on", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/sign-ups", {
      ...listed(signUp),
      CopySignUpLink: () => ({
        copySignUpLink: {
          __typename: "CopySignUpLinkPayload",
          link: "https://central.example.com/confirm?token=30.1.x",
        },
      }),
    });
    const row = await screen.findByRole("row", { name: /Ana Lee/ });
    expect(row).toHaveTextContent("Signed up 2× before");
    expect(row).toHaveTextContent("Disposable address");
    expect(row).toHaveTextContent("Not confirmed");
    expect(row).toHaveTextContent("Pro · fra1");
    await user.click(within(row).getByRole("button", { name: "Show the link" }));
    expect(await within(row).findByRole("button", { name: /Copy link/ })).toBeInTheDocument();
    expect(sent(requests, "CopySignUpLink")[0]?.variables.input).toEqual({ signUpId: "30" });
  });

  it("are narrowed by state and flags in the address", async () => {
    const { requests } = renderApp("/sign-ups?repeated=true&state=%5B%22FAILED%22%5D", listed());
    expect(await screen.findByText("No sign-up matches")).toBeInTheDocument();
    expect(sent(requests, "SignUpsPage").at(-1)?.variables.filter).toEqual({
      states: ["FAILED"],
      repeated: true,
    });
  });

  it("that got no site are tried again, by those who may", async () => {
    const user = userEvent.setup();
    const failed = { ...signUp, state: "FAILED", stateReason: "The disk is full." };
    const { requests } = renderApp("/sign-ups", {
      ...listed(failed),
      RetrySignUp: () => ({
        retrySignUp: {
          __typename: "SignUpRefPayload",
          signUp: { __typename: "SignUp", id: "30", state: "QUEUED" },
        },
      }),
    });
    expect(await screen.findByText("The disk is full.")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(sent(requests, "RetrySignUp")).toHaveLength(1));
  });

  it("may only be looked at by a viewer", async () => {
    renderApp("/sign-ups", {
      ...listed(signUp),
      Me: () => ({
        me: { __typename: "Actor", name: "vic", role: "VIEWER", mustChangePassword: false },
      }),
    });
    expect(await screen.findByRole("button", { name: "Show the link" })).toBeDisabled();
  });

  it("of a customer are kept on the customer's page", async () => {
    renderApp("/customers/5", {
      ...answers,
      CustomerPage: () => ({
        customer: { ...customer, signUps: [signUp, { ...signUp, id: "29" }] },
      }),
    });
    const history = await screen.findByRole("region", { name: "Sign-ups" });
    expect(history).toHaveTextContent("Signed up 2 times");
    expect(history).toHaveTextContent("from 192.0.2.7, disposable address");
  });
});

describe("sites that stand ready", () => {
  it("are counted on the plans' page, which says what keeps them from being as many as wanted", async () => {
    renderApp("/plans", answers);
    const row = await screen.findByRole("row", { name: /Pro/ });
    expect(row).toHaveTextContent("fra1: 2 of 5 ready, 1 being made");
    expect(row).toHaveTextContent("m-01 is closed to new sites.");
  });

  it("are changed for a region, by administrators", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/plans?standby=1", {
      ...answers,
      Me: () => ({
        me: { __typename: "Actor", name: "ana", role: "ADMIN", mustChangePassword: false },
      }),
      SetStandbyPool: () => ({
        setStandbyPool: {
          __typename: "SetStandbyPoolPayload",
          pool: { __typename: "StandbyPool", id: "40", size: 8 },
        },
      }),
    });
    const size = await screen.findByRole("textbox", { name: /^Sites that stand ready/ });
    await user.type(await screen.findByRole("textbox", { name: /^Region/ }), "fra1");
    await user.clear(size);
    await user.type(size, "8");
    await user.click(screen.getByRole("button", { name: "Keep 8 ready" }));
    await waitFor(() =>
      expect(sent(requests, "SetStandbyPool")[0]?.variables.input).toEqual({
        planId: "1",
        region: "fra1",
        size: 8,
      }),
    );
  });
});

describe("usage", () => {
  const over = {
    ...subscription,
    overLimits: [
      {
        __typename: "LimitExcess",
        limit: "USERS",
        sentence: "It has 12 users; its plan allows 10.",
      },
    ],
    site: {
      ...subscription.site,
      usage: {
        __typename: "SiteUsage",
        databaseBytes: 2 ** 30,
        filesBytes: 2 ** 31,
        storageBytes: 3 * 2 ** 30,
        users: 12,
        takenAt: "2026-05-01T10:00:00Z",
      },
    },
  };

  it("is shown beside what the plan allows, and collected on demand", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/customers/5", {
      ...answers,
      CustomerPage: () => ({ customer: { ...customer, subscriptions: [over] } }),
      CollectUsage: () => ({
        collectUsage: {
          __typename: "CollectUsagePayload",
          server: { __typename: "Server", id: "1" },
        },
      }),
    });
    const usage = await screen.findByRole("region", { name: "Usage of acme.example.com" });
    expect(usage).toHaveTextContent("It has 12 users; its plan allows 10.");
    expect(usage).toHaveTextContent(/12 of 10 users · 3(\.0)? GiB of 5(\.0)? GiB of storage/);
    await user.click(within(usage).getByRole("button", { name: "Collect now" }));
    expect(await within(usage).findByRole("button", { name: "Asked for" })).toBeDisabled();
    expect(sent(requests, "CollectUsage")[0]?.variables.input).toEqual({ serverId: "1" });
  });

  it("says that nothing was collected yet", async () => {
    renderApp("/customers/5", answers);
    expect(await screen.findByText(/What it uses was not collected yet/)).toBeInTheDocument();
  });

  it("over a limit marks a subscription in the list, which can be narrowed to those", async () => {
    const { requests } = renderApp("/subscriptions?over=true", {
      ...answers,
      SubscriptionsPage: () => ({
        subscriptions: {
          __typename: "SubscriptionConnection",
          totalCount: 1,
          pageInfo,
          nodes: [over],
        },
      }),
    });
    expect(await screen.findByRole("row", { name: /Ana Lee/ })).toHaveTextContent("Over a limit");
    expect(sent(requests, "SubscriptionsPage").at(-1)?.variables.filter).toEqual({
      overLimit: true,
    });
  });
});

describe("customers", () => {
  it("are found by what is typed and by a state, both in the address, and opened by keys", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/customers", answers);
    expect(await screen.findByRole("row", { name: /Ana Lee/ })).toHaveTextContent("Past due");
    await user.keyboard("/acme");
    await waitFor(() =>
      expect(sent(requests, "CustomersPage").at(-1)?.variables.filter).toEqual({ search: "acme" }),
    );
    expect(history.location.search).toContain("q=acme");
    await user.keyboard("{Escape}j{Enter}");
    await waitFor(() => expect(history.location.pathname).toBe("/customers/5"));
  });

  it("one is added with an address that is checked as one types; what is refused stands at its field", async () => {
    const user = userEvent.setup();
    renderApp("/customers?add=true", {
      ...answers,
      CreateCustomer: refusal("CONFLICT", "There is already a customer.", "input.email"),
    });
    await user.type(await screen.findByRole("textbox", { name: /^Name/ }), "Ana");
    const email = screen.getByRole("textbox", { name: /^E-mail/ });
    await user.type(email, "ana@");
    expect(screen.getByText("An address such as ana@example.com.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Add the customer" })).toBeDisabled();
    await user.type(email, "example.com");
    await user.click(screen.getByRole("button", { name: "Add the customer" }));
    expect(await screen.findByText("There is already a customer.")).toBeInTheDocument();
    expect(email).toHaveValue("ana@example.com");
  });

  it("a page shows subscriptions with their history, and a viewer may look only", async () => {
    renderApp("/customers/5", {
      ...answers,
      Me: () => ({
        me: { __typename: "Actor", name: "vic", role: "VIEWER", mustChangePassword: false },
      }),
    });
    const card = await screen.findByRole("region", { name: "Subscription 7" });
    expect(await screen.findByRole("navigation", { name: "Where you are" })).toHaveTextContent(
      "CustomersAna Lee",
    );
    expect(card).toHaveTextContent("49.00 EUR");
    expect(card).toHaveTextContent("acme.example.com");
    expect(within(card).getByRole("list", { name: "History" })).toHaveTextContent(
      "Trial ended by central",
    );
    expect(within(card).getByRole("button", { name: "Record a payment…" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "New subscription" })).toBeDisabled();
  });

  it("shows what the customer was told, and what staff has to tell because it was not", async () => {
    const reminder = (id: string, kind: string, mail: string, sentence = "") => ({
      __typename: "Reminder",
      id,
      kind,
      mail,
      sentence,
      dueAt: "2026-05-01T10:00:00Z",
      sentAt: mail === "SENT" ? "2026-05-01T10:01:00Z" : null,
    });
    const reminders = [
      reminder("4", "GRACE_ENDS", "WAITING", "Not sent: Central has no mail server."),
      reminder("3", "PAST_DUE", "FAILED", "Not sent, and given up after 6 tries: no such mailbox."),
      reminder("2", "TRIAL_ENDS", "SENT"),
      reminder("1", "TRIAL_ENDS", "OUTDATED", "Not sent: it was no longer true."),
    ];
    renderApp("/customers/5", {
      ...answers,
      CustomerPage: () => ({
        customer: { ...customer, subscriptions: [{ ...subscription, reminders }] },
      }),
    });
    const list = await screen.findByRole("list", { name: "Reminders" });
    expect(
      within(list)
        .getAllByRole("listitem")
        .map(({ textContent }) => textContent),
    ).toEqual([
      expect.stringMatching(/^Not sent yet The site is suspended tomorrow.*no mail server/),
      expect.stringMatching(/^Not sent A price is due.*given up after 6 tries: no such mailbox/),
      expect.stringMatching(/^Sent The trial ends soon/),
      expect.stringMatching(/^Not needed The trial ends soon.*no longer true/),
    ]);
  });

  it("a payment is recorded once, in minor units", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/customers/5?form=pay&on=7", {
      ...answers,
      RecordPayment: () => ({
        done: {
          __typename: "RecordPaymentPayload",
          subscription: { __typename: "CustomerSubscription", id: "7", version: 5 },
        },
      }),
    });
    const amount = await screen.findByRole("textbox", { name: /^Amount/ });
    await user.clear(amount);
    await user.type(amount, "49.001");
    expect(screen.getByRole("button", { name: "Record a payment" })).toBeDisabled();
    await user.clear(amount);
    await user.type(amount, "98.5");
    await user.click(screen.getByRole("button", { name: "Record a payment" }));
    await waitFor(() => expect(history.location.search).not.toContain("form"));
    expect(sent(requests, "RecordPayment")[0]?.variables.input).toEqual({
      subscriptionId: "7",
      money: { amount: 9850, currency: "EUR" },
      note: "",
      idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it("says who changed a subscription meanwhile, and changes nothing", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/customers/5?form=extend&on=7", {
      ...answers,
      ExtendTrial: refusal("CONFLICT", "grace changed this subscription.", "input.version"),
    });
    await user.click(await screen.findByRole("button", { name: "Extend the trial" }));
    expect(await screen.findByText(/grace changed this subscription/)).toBeInTheDocument();
    expect(sent(requests, "ExtendTrial")[0]?.variables.input).toEqual({
      subscriptionId: "7",
      version: 4,
      why: "",
      days: 14,
    });
  });
});

describe("subscriptions", () => {
  it("are listed with what comes next, and narrowed by the address", async () => {
    const { requests } = renderApp("/subscriptions?state=PAST_DUE&plan=1&sort=ENDS", answers);
    expect(await screen.findByRole("row", { name: /Ana Lee/ })).toHaveTextContent("49.00 EUR");
    expect(sent(requests, "SubscriptionsPage")[0]?.variables).toMatchObject({
      filter: { states: ["PAST_DUE"], planIds: ["1"] },
      orderBy: { field: "ENDS", descending: false },
    });
  });

  it("are counted", async () => {
    renderApp("/subscriptions?view=figures", {
      ...answers,
      Figures: () => ({
        figures: {
          __typename: "Figures",
          at: "2026-05-01T10:00:00Z",
          trialsRunning: 1234,
          payingCustomers: 56,
          revenue: [money(274400)],
          signUps: [{ __typename: "DayCount", day: "2026-05-01", count: 78 }],
          cohorts: [],
          churn: [],
        },
      }),
    });
    expect(await screen.findByText("1,234")).toBeInTheDocument();
    expect(screen.getByText("2,744.00 EUR")).toBeInTheDocument();
    expect(screen.getByText("78")).toBeInTheDocument();
  });
});

describe("plans", () => {
  const admin: Record<string, Answer> = {
    ...answers,
    Me: () => ({
      me: { __typename: "Actor", name: "ana", role: "ADMIN", mustChangePassword: false },
    }),
  };

  it("one that is in use can be closed, not removed", async () => {
    renderApp("/plans", admin);
    const row = await screen.findByRole("row", { name: /Pro/ });
    expect(row).toHaveTextContent("10 users, 5");
    expect(within(row).getByRole("button", { name: "Remove" })).toBeDisabled();
    expect(within(row).getByRole("button", { name: "Close" })).toBeEnabled();
    const other = screen.getByRole("row", { name: /Basic/ });
    expect(within(other).getByRole("button", { name: "Remove" })).toBeEnabled();
  });

  it("one is changed as it was looked at", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/plans?edit=1", {
      ...admin,
      UpdatePlan: refusal("CONFLICT", "Pro was changed.", "input.version"),
    });
    const price = await screen.findByRole("textbox", { name: /^Price a month/ });
    await user.clear(price);
    await user.type(price, "59");
    await user.click(screen.getByRole("button", { name: "Save the changes" }));
    expect(await screen.findByText(/Pro was changed/)).toBeInTheDocument();
    expect(sent(requests, "UpdatePlan")[0]?.variables.input).toEqual({
      planId: "1",
      version: 3,
      name: "Pro",
      price: { amount: 5900, currency: "EUR" },
      trialDays: 14,
      graceDays: 7,
      limits: { users: 10, storageBytes: 5 * 2 ** 30, sites: null },
    });
  });
});
