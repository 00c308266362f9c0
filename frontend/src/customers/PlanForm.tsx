import { Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import { amountText, readAmount } from "./money";
import type { ListedPlan } from "./PlansPage";
import { numberFault, titleFault } from "./rules";

const CreateMutation = graphql(/* GraphQL */ `
  mutation CreatePlan($input: CreatePlanInput!) {
    done: createPlan(input: $input) {
      plan {
        id
      }
    }
  }
`);

const UpdateMutation = graphql(/* GraphQL */ `
  mutation UpdatePlan($input: UpdatePlanInput!) {
    done: updatePlan(input: $input) {
      plan {
        id
        version
      }
    }
  }
`);

const GIB = 2 ** 30;
const fields = ["name", "price", "trialDays", "graceDays", "limits"];

/** Everything as it is typed. */
function draftOf(plan: ListedPlan | undefined) {
  const { limits } = plan ?? {};
  return {
    name: plan?.name ?? "",
    amount: plan ? amountText(plan.price) : "",
    currency: plan?.price.currency ?? "EUR",
    trialDays: `${plan?.trialDays ?? 14}`,
    graceDays: `${plan?.graceDays ?? 7}`,
    users: `${limits?.users ?? ""}`,
    storage: limits?.storageBytes ? `${Math.round(limits.storageBytes / GIB)}` : "",
    sites: `${limits?.sites ?? ""}`,
  };
}

/** Offers a plan, or changes one. */
export function PlanForm({
  plan,
  onClose,
  onDone,
}: {
  plan?: ListedPlan;
  onClose: () => void;
  onDone: () => void;
}) {
  const [known] = useState(plan);
  const [draft, type, forget] = useDraft(
    known ? `plan-${known.id}-${known.version}` : "plan",
    draftOf(known),
  );
  const [created, create] = useMutation(CreateMutation);
  const [updated, update] = useMutation(UpdateMutation);
  const [sent, setSent] = useState("");
  const error = created.error ?? updated.error;
  const refused = sent === JSON.stringify(draft) ? fieldFaults(error, fields) : {};
  const amount = readAmount(draft.amount, draft.currency);
  const faults = {
    name: titleFault(draft.name),
    price:
      amount === undefined || !/^[A-Z]{3}$/.test(draft.currency)
        ? "An amount such as 49.00, and a currency such as EUR."
        : "",
    trialDays: numberFault(draft.trialDays, 0, 365),
    graceDays: numberFault(draft.graceDays, 0, 90),
    users: numberFault(draft.users, 1, 1_000_000, true),
    storage: numberFault(draft.storage, 1, 1_000_000, true),
    sites: numberFault(draft.sites, 1, 1_000_000, true),
  };
  const limit = (typed: string, unit = 1) => (typed.trim() === "" ? null : Number(typed) * unit);

  const submit = async () => {
    setSent(JSON.stringify(draft));
    const input = {
      name: draft.name,
      price: { amount: amount ?? 0, currency: draft.currency },
      trialDays: Number(draft.trialDays),
      graceDays: Number(draft.graceDays),
      limits: {
        users: limit(draft.users),
        storageBytes: limit(draft.storage, GIB),
        sites: limit(draft.sites),
      },
    };
    const answer = known
      ? await update(
          { input: { ...input, planId: known.id, version: known.version } },
          shownInPlace,
        )
      : await create({ input }, shownInPlace);
    if (answer.data) {
      forget();
      onDone();
    }
  };
  const box = (field: keyof typeof draft, label: string, description: string, fault: string) => (
    <TextInput
      label={label}
      description={description}
      inputMode="numeric"
      value={draft[field]}
      error={fault}
      onChange={(event) => type({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <FormDrawer
      title={known ? `Change ${known.name}` : "Offer a plan"}
      submit={known ? "Save the changes" : "Offer it"}
      sending={created.fetching || updated.fetching}
      ready={Object.values(faults).every((fault) => fault === "")}
      said={known ? "The price counts for subscriptions that begin from now on." : undefined}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        value={draft.name}
        error={refused.name || (draft.name ? faults.name : "")}
        onChange={(event) => type({ name: event.currentTarget.value })}
      />
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          label="Price a month"
          required
          inputMode="decimal"
          value={draft.amount}
          error={refused.price || (draft.amount ? faults.price : "")}
          onChange={(event) => type({ amount: event.currentTarget.value })}
        />
        <TextInput
          label="Currency"
          required
          maxLength={3}
          value={draft.currency}
          onChange={(event) => type({ currency: event.currentTarget.value.toUpperCase() })}
        />
      </Group>
      {box(
        "trialDays",
        "Days of trial",
        "Before the first price is due.",
        refused.trialDays || faults.trialDays,
      )}
      {box(
        "graceDays",
        "Days to pay",
        "From when a price is due until the site is suspended.",
        refused.graceDays || faults.graceDays,
      )}
      {box("users", "Users", "People who can sign in; empty for no limit.", faults.users)}
      {box("storage", "Storage in GiB", "Database and files; empty for no limit.", faults.storage)}
      {box(
        "sites",
        "Sites of one customer",
        "On this plan; empty for no limit.",
        refused.limits || faults.sites,
      )}
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}
