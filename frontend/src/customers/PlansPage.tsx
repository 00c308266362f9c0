import { Button } from "@mantine/core";
import { IconPlus, IconTags } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMutation } from "urql";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { PlansQuery as Answer } from "../gql/graphql";
import { formatBytes } from "../ui/bytes";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { StatusBadge } from "../ui/StatusBadge";
import classes from "./customers.module.css";
import { moneyWords } from "./money";
import { PlanForm } from "./PlanForm";
import { StandbyForm, StandbyWords } from "./StandbyForm";

const PlansQuery = graphql(/* GraphQL */ `
  query Plans {
    plans {
      id
      name
      trialDays
      graceDays
      closed
      version
      subscriptionCount
      price {
        amount
        currency
      }
      limits {
        users
        storageBytes
        sites
      }
    }
    standbyPools {
      id
      plan {
        id
      }
      region
      size
      ready
      making
      reason
    }
  }
`);

const ClosePlanMutation = graphql(/* GraphQL */ `
  mutation ClosePlan($input: ClosePlanInput!) {
    closePlan(input: $input) {
      plan {
        id
        closed
        version
      }
    }
  }
`);

const RemovePlanMutation = graphql(/* GraphQL */ `
  mutation RemovePlan($input: RemovePlanInput!) {
    removePlan(input: $input) {
      planId
    }
  }
`);

/** Sites that stand ready for a plan, as the list knows them. */
export type ListedPool = Answer["standbyPools"][number];

/** A plan as the list knows it. */
export type ListedPlan = Answer["plans"][number];

const route = getRouteApi("/shell/plans");

/** What customers can subscribe to, and what they once could. */
export function PlansPage() {
  const { edit, standby } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const admin = may(me.role, "ADMIN");
  const onlyLook = admin ? undefined : "Administrators may do this; you may look";
  const [{ data, error }, again] = usePolledQuery({ query: PlansQuery, every: 30_000 });
  const [, close] = useMutation(ClosePlanMutation);
  const [, remove] = useMutation(RemovePlanMutation);
  const refresh = () => again({ requestPolicy: "network-only" });
  const open = (id?: string) => void navigate({ search: id ? { edit: id } : {} });
  const plans = data?.plans;
  const chosen = plans?.find(({ id }) => id === edit);
  const pools = data?.standbyPools ?? [];
  const kept = plans?.find(({ id }) => id === standby);

  const columns: Column<ListedPlan>[] = [
    {
      key: "name",
      header: "Plan",
      cell: ({ name, closed }) => (
        <>
          <b>{name}</b>{" "}
          {closed ? <StatusBadge look={{ tone: "idle", word: "Closed" }} quiet /> : null}
        </>
      ),
    },
    { key: "price", header: "A month", align: "right", cell: ({ price }) => moneyWords(price) },
    {
      key: "days",
      header: "Trial / to pay",
      align: "right",
      cell: ({ trialDays, graceDays }) => `${trialDays} / ${graceDays} days`,
    },
    { key: "limits", header: "Limits", cell: ({ limits }) => limitWords(limits) },
    {
      key: "count",
      header: "Subscriptions",
      align: "right",
      cell: ({ subscriptionCount }) => subscriptionCount.toLocaleString("en"),
    },
    {
      key: "standby",
      header: "Ready sites",
      wrap: true,
      cell: ({ id }) => (
        <span className={classes.marks}>
          <StandbyWords pools={pools.filter(({ plan }) => plan.id === id)} />
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            disabled={!admin}
            title={onlyLook}
            onClick={() => void navigate({ search: { standby: id } })}
          >
            Change…
          </Button>
        </span>
      ),
    },
    {
      key: "actions",
      header: "",
      align: "right",
      width: "1%",
      cell: ({ id, closed, subscriptionCount }) => (
        <span style={{ display: "inline-flex", gap: 6 }}>
          <Button
            size="compact-xs"
            variant="default"
            disabled={!admin}
            title={onlyLook}
            onClick={() => open(id)}
          >
            Change…
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            disabled={!admin}
            title={onlyLook ?? "For new subscriptions; those that run go on"}
            onClick={() => void close({ input: { planId: id, closed: !closed } }).then(refresh)}
          >
            {closed ? "Open" : "Close"}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            disabled={!admin || subscriptionCount > 0}
            title={onlyLook ?? (subscriptionCount > 0 ? "It is in use; close it" : undefined)}
            onClick={() => void remove({ input: { planId: id } }).then(refresh)}
          >
            Remove
          </Button>
        </span>
      ),
    },
  ];
  const add = (
    <Button
      leftSection={<IconPlus size={16} />}
      disabled={!admin}
      title={onlyLook}
      onClick={() => open("new")}
    >
      Offer a plan
    </Button>
  );
  return (
    <>
      <PageHeader title="Plans" count={plans?.length} actions={add} />
      {error && !plans ? (
        <ErrorPanel title="The plans could not be loaded" error={error} onRetry={refresh} />
      ) : (
        <DataTable
          label="Plans"
          columns={columns}
          rows={plans}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={<IconTags size={20} />} title="No plan yet" action={add}>
              A plan has a price, days of trial and limits. Customers subscribe to it.
            </EmptyState>
          }
        />
      )}
      <p className={classes.dim}>
        A new price counts for subscriptions that begin from then on; each keeps the price that it
        began with.
      </p>
      {kept ? (
        <StandbyForm
          plan={kept}
          pools={pools.filter(({ plan }) => plan.id === kept.id)}
          onClose={() => open()}
          onDone={refresh}
        />
      ) : null}
      {edit === "new" || chosen ? (
        <PlanForm
          key={edit}
          {...(chosen ? { plan: chosen } : {})}
          onClose={() => open()}
          onDone={() => {
            refresh();
            open();
          }}
        />
      ) : null}
    </>
  );
}

function limitWords({ users, storageBytes, sites }: ListedPlan["limits"]): string {
  const words = [
    users === null ? "" : `${users} ${users === 1 ? "user" : "users"}`,
    storageBytes === null ? "" : formatBytes(storageBytes),
    sites === null ? "" : `${sites} ${sites === 1 ? "site" : "sites"}`,
  ].filter((word) => word !== "");
  return words.join(", ") || "none";
}
