import { Button, Skeleton } from "@mantine/core";
import { IconPencil, IconPlus, IconUserOff } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { CustomerPageQuery as Answer } from "../gql/graphql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { CustomerForm } from "./CustomerForm";
import classes from "./customers.module.css";
import { signUpLooks } from "./looks";
import { SubscribeForm } from "./SubscribeForm";
import { SubscriptionCard } from "./SubscriptionCard";
import { SubscriptionForm } from "./SubscriptionForm";
import type { CustomerSearch } from "./search";

const CustomerPageQuery = graphql(/* GraphQL */ `
  query CustomerPage($id: ID!) {
    customer(id: $id) {
      id
      name
      email
      company
      notes
      version
      createdAt
      signUps {
        id
        siteName
        state
        disposable
        clientAddress
        createdAt
      }
      subscriptions {
        id
        state
        stateSince
        stateEndsAt
        cancelAt
        trialEndsAt
        periodEndsAt
        firstPaidAt
        closedSite
        version
        createdAt
        price {
          amount
          currency
        }
        credit {
          amount
          currency
        }
        plan {
          id
          name
          graceDays
          limits {
            users
            storageBytes
          }
        }
        site {
          id
          name
          lastBackupAt
          server {
            id
          }
          usage {
            databaseBytes
            filesBytes
            storageBytes
            users
            takenAt
          }
        }
        overLimits {
          limit
          sentence
        }
        changes(first: 30) {
          id
          at
          actorName
          event
          toState
          detail
          why
        }
        reminders(first: 10) {
          id
          kind
          dueAt
          mail
          sentAt
          sentence
        }
      }
    }
  }
`);

/** A customer as its page knows it. */
export type PageCustomer = NonNullable<Answer["customer"]>;

/** One of its subscriptions. */
export type PageSubscription = PageCustomer["subscriptions"][number];

const route = getRouteApi("/shell/customers/$customerId");

/** Who a customer is, what they have, what happened to it, and what can be done about it. */
export function CustomerPage() {
  const { customerId } = route.useParams();
  const { form, on } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const operator = may(me.role, "OPERATOR");
  const [{ data, error }, again] = usePolledQuery({
    query: CustomerPageQuery,
    variables: { id: customerId },
    every: 10_000,
  });
  const refresh = () => again({ requestPolicy: "network-only" });
  const open = (search: CustomerSearch) => void navigate({ search, replace: true });
  const close = () => open({});
  const done = () => {
    refresh();
    close();
  };
  if (error && !data) {
    return (
      <>
        <PageHeader title="Customer" />
        <ErrorPanel title="The customer could not be loaded" error={error} onRetry={refresh} />
      </>
    );
  }
  if (!data) {
    return (
      <div className={classes.page} aria-busy>
        <Skeleton height={40} width={260} />
        <Skeleton height={160} radius={10} />
      </div>
    );
  }
  const { customer } = data;
  if (!customer) {
    return (
      <EmptyState icon={<IconUserOff size={22} />} title="There is no such customer">
        It may never have been on record. <Link to="/customers">All customers</Link>
      </EmptyState>
    );
  }
  const chosen = customer.subscriptions.find(({ id }) => id === on);
  const onlyLook = operator ? undefined : "Operators may do this; you may look";
  return (
    <>
      <PageHeader
        title={customer.name}
        description={
          <>
            {customer.email}
            {customer.company ? ` · ${customer.company}` : ""} · on record{" "}
            <RelativeTime at={customer.createdAt} />
          </>
        }
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconPencil size={16} />}
              disabled={!operator}
              title={onlyLook}
              onClick={() => open({ form: "edit" })}
            >
              Change
            </Button>
            <Button
              leftSection={<IconPlus size={16} />}
              disabled={!operator}
              title={onlyLook}
              onClick={() => open({ form: "subscribe" })}
            >
              New subscription
            </Button>
          </>
        }
      />
      <div className={classes.page}>
        {customer.notes ? (
          <section className={classes.card} aria-label="Notes">
            <p className={classes.notes}>{customer.notes}</p>
          </section>
        ) : null}
        {customer.subscriptions.length === 0 ? (
          <EmptyState title="No subscription yet">
            Nothing is offered to {customer.name} at the moment.
          </EmptyState>
        ) : null}
        {customer.subscriptions.map((subscription) => (
          <SubscriptionCard
            key={subscription.id}
            subscription={subscription}
            onlyLook={onlyLook}
            onForm={(form) => open({ form, on: subscription.id })}
          />
        ))}
        {customer.signUps.length > 0 ? (
          <section className={classes.card} aria-label="Sign-ups">
            <h2 className={classes.cardTitle}>Signed up {times(customer.signUps.length)}</h2>
            <ul className={classes.history}>
              {customer.signUps.map((signUp) => (
                <li key={signUp.id}>
                  <span className={classes.what}>
                    {signUp.siteName} <StatusBadge look={signUpLooks[signUp.state]} quiet />{" "}
                    <span className={classes.dim}>
                      from {signUp.clientAddress}
                      {signUp.disposable ? ", disposable address" : ""}
                    </span>
                  </span>
                  <RelativeTime at={signUp.createdAt} />
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
      {form === "edit" ? <CustomerForm customer={customer} onClose={close} onDone={done} /> : null}
      {form === "subscribe" ? (
        <SubscribeForm customer={customer} onClose={close} onDone={done} />
      ) : null}
      {form && form !== "edit" && form !== "subscribe" && chosen ? (
        <SubscriptionForm
          key={`${form}-${chosen.id}`}
          form={form}
          subscription={chosen}
          onClose={close}
          onDone={done}
          onLookAgain={refresh}
        />
      ) : null}
    </>
  );
}

function times(n: number): string {
  return n === 1 ? "once" : `${n.toLocaleString("en")} times`;
}
