import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import classes from "./customers.module.css";
import type { ListedPlan, ListedPool } from "./PlansPage";
import { numberFault } from "./rules";

const SetStandbyPoolMutation = graphql(/* GraphQL */ `
  mutation SetStandbyPool($input: SetStandbyPoolInput!) {
    setStandbyPool(input: $input) {
      pool {
        id
        size
      }
    }
  }
`);

const fields = ["region", "size"];

/** How many sites stand ready for a plan, by region. */
export function StandbyWords({ pools }: { pools: readonly ListedPool[] }) {
  const shown = pools.filter(({ size, ready, making }) => size + ready + making > 0);
  if (shown.length === 0) {
    return <span className={classes.dim}>none</span>;
  }
  return (
    <span>
      {shown.map(({ id, region, size, ready, making, reason }) => (
        <span key={id} className={classes.pool}>
          {region || "anywhere"}: {ready} of {size} ready
          {making > 0 ? `, ${making} being made` : ""}
          {reason ? <span className={classes.dim}> {reason}</span> : null}
        </span>
      ))}
    </span>
  );
}

/** Says how many sites are to stand ready for those who sign up for a plan. */
export function StandbyForm({
  plan,
  pools,
  onClose,
  onDone,
}: {
  plan: ListedPlan;
  pools: readonly ListedPool[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [draft, type, forget] = useDraft(`standby-${plan.id}`, { region: "", size: "5" });
  const [{ fetching, error }, set] = useMutation(SetStandbyPoolMutation);
  const [sent, setSent] = useState("");
  const refused = sent === JSON.stringify(draft) ? fieldFaults(error, fields) : {};
  const sizeFault = numberFault(draft.size, 0, 500);
  const region = draft.region.trim();
  const there = pools.find((pool) => pool.region === region);
  const fewer = there && Number(draft.size) < there.ready ? there.ready - Number(draft.size) : 0;
  const submit = async () => {
    setSent(JSON.stringify(draft));
    const input = { planId: plan.id, region, size: Number(draft.size) };
    const answer = await set({ input }, shownInPlace);
    if (answer.data) {
      forget();
      onDone();
      onClose();
    }
  };
  return (
    <FormDrawer
      title={`Sites that stand ready for ${plan.name}`}
      submit={Number(draft.size) === 0 ? "Keep none ready" : `Keep ${draft.size} ready`}
      sending={fetching}
      ready={sizeFault === ""}
      said={fewer > 0 ? `${fewer} that nobody has are dropped.` : undefined}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className={classes.dim}>
        Whoever signs up gets one of them at once, under the name that they chose. New ones are made
        where there is most room; they run what the benches run, and are deployed to with the
        others.
      </p>
      <TextInput
        label="Region"
        description="Where they are, such as fra1; empty for anywhere."
        value={draft.region}
        error={refused.region}
        onChange={(event) => type({ region: event.currentTarget.value })}
      />
      <TextInput
        label="Sites that stand ready"
        description="0 for none any more."
        required
        inputMode="numeric"
        value={draft.size}
        error={refused.size || sizeFault}
        onChange={(event) => type({ size: event.currentTarget.value })}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}
