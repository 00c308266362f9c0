import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
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

const fields = {
  everyHours: ["Hours between two backups", "Of each site by schedule; 0 for none."],
  keepLast: ["Newest ones kept", "Of those by schedule."],
  keepDaily: ["Days", "The newest of each day is kept besides,"],
  keepWeekly: ["Weeks", "of each week,"],
  keepMonthly: ["Months", "and of each month."],
  manualDays: ["Days by hand", "That those are kept which somebody asked for."],
  beforeRestoreDays: ["Days before a restore", "That what a restore replaced is kept."],
  finalDays: ["Days after archiving", "That the last one of an archived site is kept."],
  testDays: ["Days between restore tests", "Of a random site; 0 for none."],
} as const;

type Field = keyof typeof fields;
type Policy = Record<Field, number>;

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
  const names = Object.keys(fields) as Field[];
  const [changed, setChanged] = useState<Partial<Record<Field, string>>>({});
  const [{ fetching, error }, save] = useMutation(SetPolicyMutation);
  const shown = (name: Field) => changed[name] ?? String(policy[name]);
  const faults = fieldFaults(error, names);
  const faultOf = (name: Field) =>
    /^\d{1,4}$/.test(shown(name).trim()) ? "" : "A whole number, 0 or more.";
  const ready = names.every((name) => faultOf(name) === "");
  const touched = names.some((name) => shown(name).trim() !== String(policy[name]));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    const input = Object.fromEntries(names.map((name) => [name, Number(shown(name))])) as Policy;
    const result = await save({ input }, shownInPlace);
    if (result.data) {
      setChanged({});
      onSaved();
    }
  };
  return (
    <form className={classes.card} aria-label="Schedule and retention" onSubmit={submit} noValidate>
      <h2 className={classes.title}>Schedule and retention</h2>
      <div className={classes.fields}>
        {names.map((name) => (
          <TextInput
            key={name}
            label={fields[name][0]}
            description={fields[name][1]}
            inputMode="numeric"
            value={shown(name)}
            error={faultOf(name) || faults[name]}
            readOnly={!allowed}
            onChange={(event) => setChanged({ ...changed, [name]: event.currentTarget.value })}
          />
        ))}
      </div>
      {error && faults[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
      <Group justify="flex-end">
        <Button
          type="submit"
          loading={fetching}
          disabled={!allowed || !ready || !touched}
          title={allowed ? undefined : "Administrators may do this; you may look"}
        >
          Save the policy
        </Button>
      </Group>
    </form>
  );
}
