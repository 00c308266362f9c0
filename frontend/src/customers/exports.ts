import type { Client } from "urql";
import { uncached } from "../client/client";
import { graphql } from "../gql";
import type { FiguresQuery as FiguresAnswer } from "../gql/graphql";
import type { CustomerFilter, SubscriptionFilter, SubscriptionOrderBy } from "../gql/schema";

const ExportCustomersQuery = graphql(/* GraphQL */ `
  query ExportCustomers($after: String, $filter: CustomerFilter) {
    customers(first: 1000, after: $after, filter: $filter, orderBy: { field: NAME }) {
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        name
        email
        company
        createdAt
      }
    }
  }
`);

const ExportSubscriptionsQuery = graphql(/* GraphQL */ `
  query ExportSubscriptions(
    $after: String
    $filter: SubscriptionFilter
    $orderBy: SubscriptionOrderBy
  ) {
    subscriptions(first: 500, after: $after, filter: $filter, orderBy: $orderBy) {
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        state
        stateSince
        stateEndsAt
        trialEndsAt
        periodEndsAt
        firstPaidAt
        createdAt
        price {
          decimal
          currency
        }
        customer {
          id
          name
          email
        }
        plan {
          id
          name
        }
        site {
          id
          name
          usage {
            databaseBytes
            filesBytes
            users
          }
        }
        overLimits {
          sentence
        }
      }
    }
  }
`);

/** Every customer that matches, with a head. Throws what went wrong. */
export async function customerRows(client: Client, filter: CustomerFilter): Promise<string[][]> {
  const rows = [["name", "email", "company", "since"]];
  for (let after: string | null = null; ; ) {
    const answer = await client
      .query(ExportCustomersQuery, { after, filter }, uncached)
      .toPromise();
    const page: { endCursor: string | null; hasNextPage: boolean } | undefined =
      answer.data?.customers.pageInfo;
    if (!answer.data || !page) {
      throw answer.error ?? new Error("Central sent no customers.");
    }
    for (const one of answer.data.customers.nodes) {
      rows.push([one.name, one.email, one.company, one.createdAt]);
    }
    after = page.endCursor;
    if (!page.hasNextPage) {
      return rows;
    }
  }
}

/** Every subscription that matches, with a head. Throws what went wrong. */
export async function subscriptionRows(
  client: Client,
  filter: SubscriptionFilter,
  orderBy: SubscriptionOrderBy,
): Promise<string[][]> {
  const rows = [
    [
      "subscription",
      "customer",
      "email",
      "plan",
      "site",
      "state",
      "since",
      "ends",
      "price",
      "currency",
      "trial ends",
      "paid until",
      "first paid",
      "began",
      "users",
      "database bytes",
      "files bytes",
      "over limits",
    ],
  ];
  for (let after: string | null = null; ; ) {
    const answer = await client
      .query(ExportSubscriptionsQuery, { after, filter, orderBy }, uncached)
      .toPromise();
    const page: { endCursor: string | null; hasNextPage: boolean } | undefined =
      answer.data?.subscriptions.pageInfo;
    if (!answer.data || !page) {
      throw answer.error ?? new Error("Central sent no subscriptions.");
    }
    for (const one of answer.data.subscriptions.nodes) {
      rows.push([
        one.id,
        one.customer.name,
        one.customer.email,
        one.plan.name,
        one.site?.name ?? "",
        one.state,
        one.stateSince,
        one.stateEndsAt ?? "",
        one.price.decimal,
        one.price.currency,
        one.trialEndsAt,
        one.periodEndsAt ?? "",
        one.firstPaidAt ?? "",
        one.createdAt,
        `${one.site?.usage?.users ?? ""}`,
        `${one.site?.usage?.databaseBytes ?? ""}`,
        `${one.site?.usage?.filesBytes ?? ""}`,
        one.overLimits.map(({ sentence }) => sentence).join(" "),
      ]);
    }
    after = page.endCursor;
    if (!page.hasNextPage) {
      return rows;
    }
  }
}

/** The figures as one table: what, when and how many. */
export function figureRows(figures: FiguresAnswer["figures"]): string[][] {
  const at = figures.at.slice(0, 10);
  return [
    ["figure", "when", "value", "unit"],
    ["trials running", at, `${figures.trialsRunning}`, "subscriptions"],
    ["paying customers", at, `${figures.payingCustomers}`, "customers"],
    ...figures.revenue.map(({ decimal, currency }) => [
      "monthly recurring revenue",
      at,
      decimal,
      currency,
    ]),
    ...figures.signUps.map(({ day, count }) => ["sign-ups", day, `${count}`, "subscriptions"]),
    ...figures.cohorts.flatMap(({ month, started, converted, paying }) => [
      ["cohort: began", month, `${started}`, "subscriptions"],
      ["cohort: converted", month, `${converted}`, "subscriptions"],
      ["cohort: paying now", month, `${paying}`, "subscriptions"],
    ]),
    ...figures.churn.flatMap(({ month, before, gained, lost }) => [
      ["paying at the beginning", month, `${before}`, "subscriptions"],
      ["gained", month, `${gained}`, "subscriptions"],
      ["lost", month, `${lost}`, "subscriptions"],
    ]),
  ];
}
