import { Button, Group, Modal, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import type { BackupsPageQuery as Answer } from "../gql/graphql";
import cells from "../ui/cells.module.css";
import { type Column, DataTable } from "../ui/DataTable";
import { PolicyInputs, usePolicyDraft } from "./PolicyForm";
import { type Policy, policyWords, scopedFields } from "./policyFields";
import classes from "./SiteBackups.module.css";

const SetMutation = graphql(/* GraphQL */ `
  mutation SetScopedBackupPolicy($input: SetScopedBackupPolicyInput!) {
    setScopedBackupPolicy(input: $input) {
      policy {
        policy {
          everyHours
        }
      }
    }
  }
`);

const RemoveMutation = graphql(/* GraphQL */ `
  mutation RemoveScopedBackupPolicy($input: RemoveScopedBackupPolicyInput!) {
    removeScopedBackupPolicy(input: $input) {
      policies {
        policy {
          everyHours
        }
      }
    }
  }
`);

type Scoped = Answer["scopedBackupPolicies"][number];

/** Whose a policy is, as the choice has it: `plan:7` or `bench:3`. */
function keyOf({ plan, bench }: Pick<Scoped, "plan" | "bench">): string {
  return plan ? `plan:${plan.id}` : `bench:${bench?.id}`;
}

function scopeOf(key: string) {
  const [kind, id = ""] = key.split(":");
  return kind === "plan" ? { planId: id } : { benchId: id };
}

/** The policies of plans and benches, which hold over the fleet's. */
export function ScopedPolicies({
  answer,
  allowed,
  onSaved,
}: {
  answer: Pick<Answer, "scopedBackupPolicies" | "backupPolicy" | "plans" | "benches">;
  allowed: boolean;
  onSaved: () => void;
}) {
  const [editing, setEditing] = useState<{ key: string; policy: Policy }>();
  const [, remove] = useMutation(RemoveMutation);
  const given = new Set(answer.scopedBackupPolicies.map(keyOf));
  const free = [
    {
      group: "Plans",
      items: answer.plans.map(({ id, name }) => ({ value: `plan:${id}`, label: name })),
    },
    {
      group: "Benches",
      items: answer.benches.map(({ id, name }) => ({ value: `bench:${id}`, label: name })),
    },
  ].map(({ group, items }) => ({ group, items: items.filter(({ value }) => !given.has(value)) }));
  const why = allowed ? undefined : "Administrators may do this; you may look";
  const columns: Column<Scoped>[] = [
    {
      key: "whose",
      header: "Of",
      cell: ({ plan, bench }) => (
        <>
          {plan?.name ?? bench?.name}
          <span className={classes.more}>{plan ? "plan" : "bench"}</span>
        </>
      ),
    },
    { key: "policy", header: "Backups", cell: ({ policy }) => policyWords(policy) },
    {
      key: "actions",
      header: "",
      align: "right",
      width: "1%",
      cell: (scoped) => (
        <span className={cells.actions}>
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={!allowed}
            title={why}
            onClick={() => setEditing({ key: keyOf(scoped), policy: scoped.policy })}
          >
            Change…
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            disabled={!allowed}
            title={why ?? "What holds without it holds again; no backup is removed at once"}
            onClick={async () => {
              const { data } = await remove({ input: scopeOf(keyOf(scoped)) });
              if (data) {
                onSaved();
              }
            }}
          >
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <section className={classes.card} aria-label="Policies of plans and benches">
      <div className={classes.head}>
        <h2 className={classes.title}>Policies of plans and benches</h2>
        <span className={classes.spacer} />
        <Select
          size="xs"
          aria-label="Give one to"
          placeholder="Give one to…"
          value={null}
          searchable
          disabled={!allowed}
          data={free}
          nothingFoundMessage="All have one"
          onChange={(key) => key && setEditing({ key, policy: answer.backupPolicy })}
        />
      </div>
      <p className={classes.dim}>
        That of a site’s plan holds over that of its bench, and both over the fleet’s. The page of
        each site says which one holds for it.
      </p>
      {answer.scopedBackupPolicies.length > 0 ? (
        <DataTable
          label="Whose they are and what they say"
          columns={columns}
          rows={answer.scopedBackupPolicies}
          rowKey={keyOf}
          empty={null}
        />
      ) : null}
      {editing ? (
        <ScopedForm
          key={editing.key}
          name={nameOf(editing.key, answer)}
          scope={scopeOf(editing.key)}
          policy={editing.policy}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            onSaved();
          }}
        />
      ) : null}
    </section>
  );
}

function nameOf(key: string, { plans, benches }: Pick<Answer, "plans" | "benches">): string {
  const [kind, id] = key.split(":");
  const named = (kind === "plan" ? plans : benches).find((one) => one.id === id);
  return `the ${kind} ${named?.name ?? id}`;
}

function ScopedForm({
  name,
  scope,
  policy,
  onClose,
  onSaved,
}: {
  name: string;
  scope: { planId: string } | { benchId: string };
  policy: Policy;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [{ fetching, error }, save] = useMutation(SetMutation);
  const draft = usePolicyDraft(policy, scopedFields);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!draft.ready || fetching) {
      return;
    }
    const { data } = await save({ input: { ...scope, ...draft.policy } }, shownInPlace);
    if (data) {
      onSaved();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Backups of ${name}`} size="xl">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <PolicyInputs draft={draft} names={scopedFields} error={error} readOnly={false} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={fetching} disabled={!draft.ready}>
            Save the policy of {name}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
