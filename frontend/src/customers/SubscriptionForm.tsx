import { Radio, Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import type { PageSubscription } from "./CustomerPage";
import { amountText, moneyWords, readAmount } from "./money";
import { numberFault } from "./rules";
import { SiteSelect } from "./SiteSelect";
import { type SubscriptionDeed, useChange } from "./useChange";

const OtherPlansQuery = graphql(/* GraphQL */ `
  query OtherPlans {
    plans {
      id
      name
      closed
      price {
        amount
        currency
      }
    }
  }
`);

const titles: Record<SubscriptionDeed, string> = {
  pay: "Record a payment",
  plan: "Change the plan",
  extend: "Extend the trial",
  site: "Change the site",
  resume: "Resume the subscription",
  cancel: "Cancel the subscription",
};

const fields = ["planId", "siteId", "days", "money", "atEnd", "why", "note"];

/** One change of a subscription: what it leads to, what it needs, and what the server says of it. */
export function SubscriptionForm({
  form,
  subscription,
  onClose,
  onDone,
  onLookAgain,
}: {
  form: SubscriptionDeed;
  subscription: PageSubscription;
  onClose: () => void;
  onDone: () => void;
  /** Somebody else has changed it: the newest is asked for. */
  onLookAgain: () => void;
}) {
  // What was looked at when the form opened is what is changed, whatever polling brings meanwhile.
  const [known] = useState(subscription);
  const { price, plan } = known;
  const [planId, setPlanId] = useState<string | null>(null);
  const [siteId, setSiteId] = useState<string | null>(known.site?.id ?? null);
  const [days, setDays] = useState("14");
  const [amount, setAmount] = useState(amountText(price));
  const [atEnd, setAtEnd] = useState(true);
  const [why, setWhy] = useState("");
  const [{ data }] = useQuery({ query: OtherPlansQuery, pause: form !== "plan" });
  const { sending, error, send } = useChange(form, known.id, known.version);
  const offers = (data?.plans ?? []).filter(({ id, closed }) => !closed && id !== plan.id);
  const minor = readAmount(amount, price.currency);
  const mayEnd = known.state === "TRIAL" || known.state === "ACTIVE";
  const refused = fieldFaults(error, fields);
  const missing = {
    pay: minor ? "" : `An amount in ${price.currency}, such as ${amountText(price)}.`,
    plan: planId ? "" : "Choose a plan.",
    extend: numberFault(days, 1, 365),
    site: siteId === (known.site?.id ?? null) ? "It has this site." : "",
    resume: "",
    cancel: "",
  }[form];

  const submit = async () => {
    const done = await send({
      planId,
      siteId,
      days: Number(days),
      amount: minor ?? 0,
      currency: price.currency,
      atEnd: atEnd && mayEnd,
      why,
    });
    if (done) {
      onDone();
    } else {
      onLookAgain();
    }
  };
  return (
    <FormDrawer
      title={titles[form]}
      submit={titles[form]}
      sending={sending}
      ready={missing === ""}
      said={missing}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {form === "pay" ? (
        <>
          <TextInput
            label={`Amount in ${price.currency}`}
            description={`${moneyWords(price)} are one month; what is left waits for the next.`}
            required
            inputMode="decimal"
            data-autofocus
            value={amount}
            error={refused.money || (minor ? "" : missing)}
            onChange={(event) => setAmount(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            Central records the money; it moves none.
          </Text>
        </>
      ) : null}
      {form === "plan" ? (
        <Select
          label="Plan"
          description={`Now ${plan.name} for ${moneyWords(price)}. The new price counts from the next month on.`}
          required
          data={offers.map(({ id, name, price }) => ({
            value: id,
            label: `${name}, ${moneyWords(price)} a month`,
          }))}
          value={planId}
          error={refused.planId}
          onChange={setPlanId}
        />
      ) : null}
      {form === "extend" ? (
        <TextInput
          label="Days"
          description="From the end of the trial, or from now when it is over."
          required
          inputMode="numeric"
          data-autofocus
          value={days}
          error={refused.days || missing}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      ) : null}
      {form === "site" ? (
        <SiteSelect value={siteId} known={known.site} error={refused.siteId} onChange={setSiteId} />
      ) : null}
      {form === "resume" ? (
        <Text size="sm">
          {known.cancelAt
            ? "It goes on as if nobody had asked for its end."
            : `The site serves again at once. Unless its trial still runs or it is paid, there are ${plan.graceDays} days to pay.`}
        </Text>
      ) : null}
      {form === "cancel" && mayEnd ? (
        <Radio.Group
          label="When"
          value={atEnd ? "end" : "now"}
          error={refused.atEnd}
          onChange={(when) => setAtEnd(when === "end")}
        >
          <Radio
            mt={6}
            value="end"
            label={
              known.state === "TRIAL" ? "When its trial has ended" : "When the paid month has ended"
            }
          />
          <Radio mt={6} value="now" label="At once: its visitors are told that it is suspended" />
        </Radio.Group>
      ) : null}
      {form === "cancel" ? (
        <Text size="sm" c="dimmed">
          It can be resumed for 90 days. Nothing of the site is removed.
        </Text>
      ) : null}
      <TextInput
        label={form === "pay" ? "Note" : "Why"}
        description="For the history."
        value={why}
        error={refused.why ?? refused.note}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}
