import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { answers, customer, subscription } from "./customersFixture";
import { type Answer, refusal, renderApp, type SentRequest } from "./testing";

const input = (requests: SentRequest[], operation: string) =>
  requests.find((request) => request.operation === operation)?.variables.input;

/** What the server answers to each change of a subscription that is done. */
const done: Answer = () => ({
  done: {
    __typename: "ChangeSubscriptionPayload",
    subscription: { __typename: "CustomerSubscription", id: "7", version: 5 },
  },
});

/** The customer's page with some of the subscription changed. */
const page = (change: object = {}): Record<string, Answer> => ({
  ...answers,
  CustomerPage: () => ({
    customer: { ...customer, subscriptions: [{ ...subscription, ...change }] },
  }),
  FindSites: () => ({
    sites: {
      __typename: "SiteConnection",
      nodes: [{ __typename: "Site", id: "4", name: "other.example.com" }],
    },
  }),
});

beforeEach(() => sessionStorage.clear());

describe("the forms of a subscription", () => {
  it("one begins on a plan that is still offered, for a site", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/customers/5?form=subscribe", {
      ...page(),
      CreateSubscription: () => ({
        createSubscription: {
          __typename: "CreateSubscriptionPayload",
          subscription: { __typename: "CustomerSubscription", id: "8" },
        },
      }),
    });
    expect(await screen.findByRole("button", { name: "Begin it" })).toBeDisabled();
    await user.click(screen.getByRole("combobox", { name: /^Plan/ }));
    await user.click(await screen.findByRole("option", { name: /^Basic/ }));
    await user.click(screen.getByRole("combobox", { name: /^Site/ }));
    await user.click(await screen.findByRole("option", { name: "other.example.com" }));
    await user.click(screen.getByRole("button", { name: "Begin 14 days of trial" }));
    await waitFor(() => expect(history.location.search).not.toContain("form"));
    expect(input(requests, "CreateSubscription")).toEqual({
      customerId: "5",
      planId: "2",
      siteId: "4",
      why: "",
    });
  });

  it("another plan is one that it has not, and a refusal stands at the field", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/customers/5?form=plan&on=7", {
      ...page(),
      ChangePlan: refusal("CONFLICT", "Basic allows one site of a customer.", "input.planId"),
    });
    await user.click(await screen.findByRole("combobox", { name: /^Plan/ }));
    expect(await screen.findByRole("option", { name: /^Basic/ })).toBeVisible();
    expect(screen.queryByRole("option", { name: /^Pro/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole("option", { name: /^Basic/ }));
    await user.click(screen.getByRole("button", { name: "Change the plan" }));
    expect(await screen.findByText("Basic allows one site of a customer.")).toBeVisible();
    expect(input(requests, "ChangePlan")).toMatchObject({
      subscriptionId: "7",
      version: 4,
      planId: "2",
    });
  });

  it("another site is sent, the same one is not", async () => {
    const user = userEvent.setup();
    const { requests, history } = renderApp("/customers/5?form=site&on=7", {
      ...page(),
      AssignSite: done,
    });
    expect(await screen.findByText("It has this site.")).toBeVisible();
    const site = screen.getByRole("combobox", { name: /^Site/ });
    await user.click(site);
    await user.click(await screen.findByRole("option", { name: "other.example.com" }));
    await user.click(screen.getByRole("button", { name: "Change the site" }));
    await waitFor(() => expect(history.location.search).not.toContain("form"));
    expect(input(requests, "AssignSite")).toMatchObject({ subscriptionId: "7", siteId: "4" });
  });

  it("an active one is cancelled at the end of its month or at once", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/customers/5?form=cancel&on=7", {
      ...page({ state: "ACTIVE" }),
      CancelSubscription: done,
    });
    expect(
      await screen.findByRole("radio", { name: "When the paid month has ended" }),
    ).toBeChecked();
    await user.click(screen.getByRole("radio", { name: /^At once/ }));
    await user.type(screen.getByRole("textbox", { name: /^Why/ }), "They asked");
    await user.click(screen.getByRole("button", { name: "Cancel the subscription" }));
    await waitFor(() =>
      expect(input(requests, "CancelSubscription")).toEqual({
        subscriptionId: "7",
        version: 4,
        atEnd: false,
        why: "They asked",
      }),
    );
  });

  it("a cancelled one is resumed, and says what follows", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/customers/5?form=resume&on=7", {
      ...page({ state: "CANCELLED" }),
      ResumeSubscription: done,
    });
    expect(await screen.findByText(/The site serves again at once\..*7 days to pay/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Resume the subscription" }));
    await waitFor(() =>
      expect(input(requests, "ResumeSubscription")).toMatchObject({
        subscriptionId: "7",
        version: 4,
      }),
    );
  });
});

describe("the list of plans", () => {
  const admin: Record<string, Answer> = {
    ...answers,
    Me: () => ({
      me: { __typename: "Actor", name: "ana", role: "ADMIN", mustChangePassword: false },
    }),
  };

  it("offers one with its limits, and not what is no price", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/plans?edit=new", {
      ...admin,
      CreatePlan: () => ({
        done: { __typename: "PlanPayload", plan: { __typename: "Plan", id: "9" } },
      }),
    });
    await user.type(await screen.findByRole("textbox", { name: /^Name/ }), "Large");
    const price = screen.getByRole("textbox", { name: /^Price a month/ });
    await user.type(price, "ten");
    expect(screen.getByRole("button", { name: "Offer it" })).toBeDisabled();
    await user.clear(price);
    await user.type(price, "99");
    await user.type(screen.getByRole("textbox", { name: /^Storage in GiB/ }), "20");
    await user.click(screen.getByRole("button", { name: "Offer it" }));
    await waitFor(() =>
      expect(input(requests, "CreatePlan")).toEqual({
        name: "Large",
        price: { amount: 9900, currency: "EUR" },
        trialDays: 14,
        graceDays: 7,
        limits: { users: null, storageBytes: 20 * 2 ** 30, sites: null },
      }),
    );
  });

  it("closes one that is in use, and removes one that is not", async () => {
    const user = userEvent.setup();
    const { requests } = renderApp("/plans", {
      ...admin,
      ClosePlan: () => ({
        closePlan: {
          __typename: "PlanPayload",
          plan: { __typename: "Plan", id: "1", closed: true, version: 4 },
        },
      }),
      RemovePlan: () => ({ removePlan: { __typename: "RemovePlanPayload", planId: "2" } }),
    });
    const pro = within(await screen.findByRole("row", { name: /Pro/ }));
    await user.click(pro.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(input(requests, "ClosePlan")).toMatchObject({ planId: "1" }));
    const basic = within(screen.getByRole("row", { name: /Basic/ }));
    await user.click(basic.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(input(requests, "RemovePlan")).toMatchObject({ planId: "2" }));
  });
});
