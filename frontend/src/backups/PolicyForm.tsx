import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { type Policy, type PolicyField, policyFields } from "./policyFields";
import classes from "./SiteBackups.module.css";

const SetPolicyMutation = graphql(/* GraphQL */ `
  mutation SetBackupPolicy($input: SetBackupPolicyInput!) {
    setBackupPolicy(input: $input) {
      policy {
        everyHours
      }
    }
  }
`);

/** The policy of the fleet, which administrators change. */
export function PolicyForm({
  policy,
  allowed,
  onSaved,
}: {
  policy: Policy;
  allowed: boolean;
  onSaved: () => void;
}) {
  const names = Object.keys(policyFields) as PolicyField[];
  const [{ fetching, error }, save] = useMutation(SetPolicyMutation);
  const draft = usePolicyDraft(policy, names);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!draft.ready) {
      return;
    }
    const result = await save({ input: draft.policy }, shownInPlace);
    if (result.data) {
      draft.forget();
      onSaved();
    }
  };
  return (
    <form className={classes.card} aria-label="Schedule and retention" onSubmit={submit} noValidate>
      <h2 className={classes.title}>Schedule and retention</h2>
      <PolicyInputs draft={draft} names={names} error={error} readOnly={!allowed} />
      <Group justify="flex-end">
        <Button
          type="submit"
          loading={fetching}
          disabled={!allowed || !draft.ready || !draft.touched}
          title={allowed ? undefined : "Administrators may do this; you may look"}
        >
          Save the policy
        </Button>
      </Group>
    </form>
  );
}

/** What is typed of a policy, and whether it can be one. */
export function usePolicyDraft(policy: Policy, names: readonly PolicyField[]) {
  const [changed, setChanged] = useState<Partial<Record<PolicyField, string>>>({});
  const shown = (name: PolicyField) => changed[name] ?? String(policy[name]);
  const faultOf = (name: PolicyField) =>
    /^\d{1,4}$/.test(shown(name).trim()) ? "" : "A whole number, 0 or more.";
  return {
    shown,
    faultOf,
    type: (name: PolicyField, text: string) => setChanged({ ...changed, [name]: text }),
    forget: () => setChanged({}),
    ready: names.every((name) => faultOf(name) === ""),
    touched: names.some((name) => shown(name).trim() !== String(policy[name])),
    policy: Object.fromEntries(names.map((name) => [name, Number(shown(name))])) as Policy,
  };
}

/** The numbers of a policy, each with what it means. */
export function PolicyInputs({
  draft,
  names,
  error,
  readOnly,
}: {
  draft: ReturnType<typeof usePolicyDraft>;
  names: readonly PolicyField[];
  error: CombinedError | undefined;
  readOnly: boolean;
}) {
  const faults = fieldFaults(error, names);
  return (
    <>
      <div className={classes.fields}>
        {names.map((name) => (
          <TextInput
            key={name}
            label={policyFields[name][0]}
            description={policyFields[name][1]}
            inputMode="numeric"
            value={draft.shown(name)}
            error={draft.faultOf(name) || faults[name]}
            readOnly={readOnly}
            onChange={(event) => draft.type(name, event.currentTarget.value)}
          />
        ))}
      </div>
      {error && faults[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </>
  );
}
