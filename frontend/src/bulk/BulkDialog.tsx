import { Button, Group, List, Modal, Select, Skeleton, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { newKey } from "../client/newKey";
import { graphql } from "../gql";
import type { BulkPlanQuery } from "../gql/graphql";
import type { BulkDeed } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { Notes } from "../ui/Notes";
import { BulkFields } from "./BulkFields";
import { type BulkDraft, bulkInput, deedWords, emptyDraft, isConfirmed } from "./bulkInput";

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
        field
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

/** How long nothing is typed before Central is asked what that would do; names are looked up in DNS then. */
const PAUSE = 350;

/** Changes all ticked sites as one action: what it would do and what stands in its way is shown before it begins. */
export function BulkDialog({
  siteIds,
  deed = "BACK_UP",
  onSites,
  onStarted,
  onClose,
}: {
  siteIds: readonly string[];
  /** What is offered first. */
  deed?: BulkDeed;
  /** Another choice, without those that stand in the way. */
  onSites: (ids: string[]) => void;
  onStarted: () => void;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState<BulkDraft>({ ...emptyDraft, deed });
  const [key, setKey] = useState(newKey);
  const [{ fetching: sending, error }, change] = useMutation(ChangeMutation);
  const navigate = useNavigate();
  const typed = useMemo(() => bulkInput(draft, siteIds), [draft, siteIds]);
  const [input] = useDebouncedValue(typed, PAUSE);
  const [{ data, fetching, error: planError }, again] = useQuery({
    query: PlanQuery,
    variables: { input: input ?? { siteIds: [], deed: draft.deed } },
    context: uncached,
    pause: input === null,
  });
  const current = input === typed && typed !== null;
  const plan = current && !fetching ? data?.bulkPlan : undefined;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const type = (changed: Partial<BulkDraft>) => {
    setDraft({ ...draft, ...changed });
    setKey(newKey());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!input || !plan || blocked || sending) {
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
      title={`Change ${siteIds.length === 1 ? "1 site" : `${siteIds.length.toLocaleString("en")} sites`}`}
      size="lg"
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <Select
            label="What to do with each"
            allowDeselect={false}
            value={draft.deed}
            onChange={(value) => value && type({ deed: value as BulkDeed, confirmed: "" })}
            data={Object.entries(deedWords).map(([value, label]) => ({ value, label }))}
          />
          <BulkFields draft={draft} siteCount={siteIds.length} onType={type} />
          {planError && !plan && !fetching ? (
            <ErrorPanel
              title="What it would do could not be found out"
              error={planError}
              onRetry={() => again(uncached)}
            />
          ) : null}
          {typed !== null && !plan && (fetching || !planError) ? (
            <Skeleton height={60} aria-busy />
          ) : null}
          {plan ? <Plan plan={plan} onSites={onSites} /> : null}
        </Stack>
        {error ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            {...(isConfirmed(draft.deed) ? { color: "red" } : {})}
            loading={sending}
            disabled={!plan || blocked}
          >
            {plan?.title ?? "Begin"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** Of more notes than these nobody reads the rest. */
const TOLD = 8;

function Plan({
  plan,
  onSites,
}: {
  plan: BulkPlanQuery["bulkPlan"];
  onSites: (ids: string[]) => void;
}) {
  // What is to be typed yet is said at its field.
  const notes = plan.notes.filter(({ field }) => field !== "input.confirmSites");
  const inTheWay = notes.filter(({ siteId }) => siteId !== null).length;
  const left = plan.sites.length;
  return (
    <div>
      <List size="sm" spacing={4}>
        {plan.does.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      <Notes notes={notes.slice(0, TOLD)} />
      {notes.length > TOLD ? (
        <p style={{ margin: "6px 0 0", fontSize: 13, color: "var(--text-dim)" }}>
          {(notes.length - TOLD).toLocaleString("en")} more are like these.
        </p>
      ) : null}
      {inTheWay > 0 && left > 0 ? (
        <Button
          size="compact-sm"
          variant="default"
          mt="xs"
          onClick={() => onSites(plan.sites.map(({ siteId }) => siteId))}
        >
          Leave {inTheWay === 1 ? "it" : `these ${inTheWay.toLocaleString("en")}`} out:{" "}
          {left === 1 ? "1 is left" : `${left.toLocaleString("en")} are left`}
        </Button>
      ) : null}
    </div>
  );
}
