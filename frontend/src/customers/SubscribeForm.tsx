import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import { moneyWords } from "./money";
import { SiteSelect } from "./SiteSelect";

const OffersQuery = graphql(/* GraphQL */ `
  query Offers {
    plans {
      id
      name
      closed
      trialDays
      price {
        amount
        currency
      }
    }
  }
`);

const SubscribeMutation = graphql(/* GraphQL */ `
  mutation CreateSubscription($input: CreateSubscriptionInput!) {
    createSubscription(input: $input) {
      subscription {
        id
      }
    }
  }
`);

const blank: { planId: string | null; siteId: string | null; why: string } = {
  planId: null,
  siteId: null,
  why: "",
};

/** Begins a trial for a customer. */
export function SubscribeForm({
  customer,
  onClose,
  onDone,
}: {
  customer: { id: string; name: string };
  onClose: () => void;
  onDone: () => void;
}) {
  const [draft, type, forget] = useDraft(`subscribe-${customer.id}`, blank);
  const [{ data }] = useQuery({ query: OffersQuery });
  const [{ fetching, error }, subscribe] = useMutation(SubscribeMutation);
  const [sent, setSent] = useState("");
  const offers = (data?.plans ?? []).filter(({ closed }) => !closed);
  const plan = offers.find(({ id }) => id === draft.planId);
  const refused =
    sent === JSON.stringify(draft) ? fieldFaults(error, ["planId", "siteId", "why"]) : {};
  const submit = async () => {
    if (!plan) {
      return;
    }
    setSent(JSON.stringify(draft));
    const input = { ...draft, planId: plan.id, customerId: customer.id };
    const answer = await subscribe({ input }, shownInPlace);
    if (answer.data) {
      forget();
      onDone();
    }
  };
  return (
    <FormDrawer
      title={`A subscription for ${customer.name}`}
      submit={plan && plan.trialDays > 0 ? `Begin ${plan.trialDays} days of trial` : "Begin it"}
      sending={fetching}
      ready={plan !== undefined}
      said={plan ? undefined : "Choose a plan."}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Select
        label="Plan"
        required
        data={offers.map(({ id, name, price }) => ({
          value: id,
          label: `${name}, ${moneyWords(price)} a month`,
        }))}
        value={draft.planId}
        error={refused.planId}
        onChange={(planId) => type({ planId })}
      />
      <SiteSelect
        value={draft.siteId}
        error={refused.siteId}
        onChange={(siteId) => type({ siteId })}
      />
      <TextInput
        label="Why"
        description="For the history."
        value={draft.why}
        error={refused.why}
        onChange={(event) => type({ why: event.currentTarget.value })}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
    </FormDrawer>
  );
}
