import {
  Button,
  Checkbox,
  Group,
  List,
  Modal,
  Select,
  Skeleton,
  Stack,
  TextInput,
} from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { newKey } from "../client/newKey";
import { graphql } from "../gql";
import type { BulkDeed, SiteServing } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { Notes } from "../ui/Notes";
import { type BulkDraft, bulkInput, deedWords } from "./bulkInput";

const PlanQuery = graphql(/* GraphQL */ `
  query BulkPlan($input: BulkPlanInput!) {
    bulkPlan(input: $input) {
      title
      does
      sites {
        siteId
        siteName
      }
      notes {
        severity
        message
        siteId
      }
    }
  }
`);

const ChangeMutation = graphql(/* GraphQL */ `
  mutation ChangeSites($input: ChangeSitesInput!) {
    changeSites(input: $input) {
      action {
        id
      }
    }
  }
`);

const servings: { value: SiteServing; label: string }[] = [
  { value: "OPEN", label: "Open" },
  { value: "MAINTENANCE", label: "Under maintenance" },
  { value: "SUSPENDED", label: "Suspended" },
];

const empty: BulkDraft = {
  deed: "INSTALL_APP",
  serving: "MAINTENANCE",
  key: "",
  value: null,
  app: "",
};

/** Changes all ticked sites as one action: what it would do and what stands in its way is shown before it begins. */
export function BulkDialog({
  siteIds,
  onSites,
  onStarted,
  onClose,
}: {
  siteIds: readonly string[];
  /** Another choice, without those that stand in the way. */
  onSites: (ids: string[]) => void;
  onStarted: () => void;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState(empty);
  const [text, setText] = useState("");
  const [confirmed, setConfirmed] = useState(false);
  const [key, setKey] = useState(newKey);
  const [{ fetching: sending, error }, change] = useMutation(ChangeMutation);
  const navigate = useNavigate();
  const input = bulkInput({ ...draft, value: jsonOf(text) }, siteIds, confirmed);
  const [{ data, fetching, error: planError }, again] = useQuery({
    query: PlanQuery,
    variables: { input: input ?? { siteIds: [], deed: draft.deed, app: "" } },
    context: uncached,
    pause: input === null,
  });
  const plan = input === null ? undefined : data?.bulkPlan;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const inTheWay = plan?.notes.some(({ siteId }) => siteId !== null) ?? false;
  const type = (changed: Partial<BulkDraft>) => {
    setDraft({ ...draft, ...changed });
    setConfirmed(false);
    setKey(newKey());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!input || blocked || fetching || sending) {
      return;
    }
    const answer = await change({ input: { ...input, idempotencyKey: key } }, shownInPlace);
    if (answer.data) {
      onStarted();
      const actionId = answer.data.changeSites.action.id;
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Change ${siteIds.length.toLocaleString("en")} sites`}
      size="lg"
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <Select
            label="What to do with each"
            allowDeselect={false}
            value={draft.deed}
            onChange={(deed) => deed && type({ deed: deed as BulkDeed })}
            data={Object.entries(deedWords).map(([value, label]) => ({ value, label }))}
          />
          {draft.deed === "SERVE" ? (
            <Select
              label="Visitors"
              allowDeselect={false}
              value={draft.serving}
              onChange={(serving) => serving && type({ serving: serving as SiteServing })}
              data={servings}
            />
          ) : null}
          {draft.deed === "CONFIGURE" ? (
            <>
              <TextInput
                label="Key"
                placeholder="max_file_size"
                autoComplete="off"
                spellCheck={false}
                value={draft.key}
                onChange={(event) => type({ key: event.currentTarget.value.trim() })}
              />
              <TextInput
                label="Value"
                description="A number, true, false, or a text; nothing removes the key"
                autoComplete="off"
                spellCheck={false}
                value={text}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  setKey(newKey());
                }}
              />
            </>
          ) : null}
          {draft.deed === "INSTALL_APP" || draft.deed === "REMOVE_APP" ? (
            <TextInput
              label="App"
              placeholder="shop"
              autoComplete="off"
              spellCheck={false}
              value={draft.app}
              onChange={(event) => type({ app: event.currentTarget.value.trim() })}
            />
          ) : null}
          {planError && !plan ? (
            <ErrorPanel
              title="What it would do could not be found out"
              error={planError}
              onRetry={() => again(uncached)}
            />
          ) : null}
          {input !== null && !plan && !planError ? <Skeleton height={60} aria-busy /> : null}
          {plan ? (
            <div>
              <List size="sm" spacing={4}>
                {plan.does.map((sentence) => (
                  <List.Item key={sentence}>{sentence}</List.Item>
                ))}
              </List>
              <Notes notes={plan.notes.slice(0, 20)} />
              {inTheWay && plan.sites.length > 0 ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  mt="xs"
                  onClick={() => onSites(plan.sites.map(({ siteId }) => siteId))}
                >
                  Leave them out: {plan.sites.length.toLocaleString("en")} are left
                </Button>
              ) : null}
            </div>
          ) : null}
          {draft.deed === "REMOVE_APP" && draft.app !== "" ? (
            <Checkbox
              label={`${siteIds.length.toLocaleString("en")} sites lose ${draft.app} and all its tables`}
              checked={confirmed}
              onChange={(event) => setConfirmed(event.currentTarget.checked)}
            />
          ) : null}
        </Stack>
        {error ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            {...(draft.deed === "REMOVE_APP" ? { color: "red" } : {})}
            loading={sending}
            disabled={!plan || blocked || fetching}
          >
            {plan?.title ?? "Begin"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** What was typed as JSON: numbers, true and false stand for themselves, nothing removes. */
function jsonOf(text: string): string | null {
  if (text.trim() === "") {
    return null;
  }
  return /^(true|false|-?\d+(\.\d+)?)$/.test(text.trim()) ? text.trim() : JSON.stringify(text);
}
