import { Button, Checkbox, Group, Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useCallback, useState } from "react";
import { useQuery } from "urql";
import { uncached } from "../client/client";
import { graphql } from "../gql";
import { PreviewFirst, previewMissing } from "../output/PreviewFirst";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { PlanView } from "../ui/PlanView";
import { preview, type ServerAction } from "./serverActions";
import { type Chosen, useServerAction } from "./useServerAction";

const PlanQuery = graphql(/* GraphQL */ `
  query ServerActionPlan($input: ServerActionPlanInput!) {
    serverActionPlan(input: $input) {
      title
      does
      confirm
      needsPreview
      preview {
        id
      }
      notes {
        severity
        message
        field
      }
    }
  }
`);

/** Says what an action would do and what stands in its way, does it, and goes to where it can be watched. */
export function ServerActionDialog({
  server,
  action,
  refused: notAllowed,
  onClose,
}: {
  server: { id: string; name: string };
  action: ServerAction;
  /** Why this person may not have it done; empty when they may. */
  refused: string;
  onClose: () => void;
}) {
  const { kind, service } = action;
  const [withSites, setWithSites] = useState(false);
  const [cleanUp, setCleanUp] = useState(true);
  const [typed, setTyped] = useState("");
  const [sent, setSent] = useState<string | null>(null);
  const navigate = useNavigate();
  const [begun, setBegun] = useState<string | null>(null);
  const { sending, error, begin } = useServerAction(server.id, action);
  const previewing = useServerAction(server.id, preview);
  const [{ data, fetching, error: planError }, again] = useQuery({
    query: PlanQuery,
    variables: {
      input: { serverId: server.id, kind, service: service ?? null, withSites, cleanUp },
    },
    context: uncached,
  });
  const askAgain = useCallback(() => again(uncached), [again]);
  const plan = data?.serverActionPlan;
  const shown = begun ?? plan?.preview?.id ?? null;
  const usable = shown !== null && plan?.preview?.id === shown;
  const blocked = plan?.notes.some(({ severity }) => severity === "BLOCKING") ?? true;
  const hasMaster = withSites || plan?.notes.some(({ field }) => field === "input.withSites");
  const refused = fieldFaults(error, ["confirmName"]);
  const chosen: Chosen = {
    confirmName: typed,
    withSites,
    cleanUp,
    previewId: plan?.needsPreview ? shown : null,
  };
  const missing =
    notAllowed ||
    missingIn(!plan || fetching, blocked, plan?.confirm ?? false, typed, server.name) ||
    previewMissing(plan?.needsPreview ?? false, shown, usable);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing || sending) {
      return;
    }
    setSent(typed);
    const actionId = await begin(chosen);
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={plan?.title ?? `${action.word}: ${server.name}`}
      size={plan?.needsPreview ? "xl" : "lg"}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <PlanView
          plan={
            plan && notAllowed
              ? {
                  ...plan,
                  notes: [{ severity: "BLOCKING", message: `${notAllowed}.` }, ...plan.notes],
                }
              : plan
          }
          error={planError}
          onRetry={askAgain}
        />
        {plan?.needsPreview && !blocked ? (
          <PreviewFirst
            shown={shown}
            usable={usable}
            sending={previewing.sending}
            error={previewing.error}
            onBegin={() => void previewing.begin(chosen).then((id) => setBegun(id ?? begun))}
            onEnded={askAgain}
          />
        ) : null}
        {kind === "REBOOT_SERVER" && hasMaster ? (
          <Checkbox
            mt="md"
            label="Reboot it with its sites, without switching over first"
            checked={withSites}
            onChange={(event) => setWithSites(event.currentTarget.checked)}
          />
        ) : null}
        {kind === "RETIRE_SERVER" ? (
          <Checkbox
            mt="md"
            label="Remove what Central put there"
            description="Leave this out when the machine is gone."
            checked={cleanUp}
            onChange={(event) => setCleanUp(event.currentTarget.checked)}
          />
        ) : null}
        {plan?.confirm ? (
          <TextInput
            mt="md"
            label={`Type ${server.name} to confirm`}
            autoComplete="off"
            autoFocus
            value={typed}
            error={sent === typed ? refused.confirmName : undefined}
            onChange={(event) => setTyped(event.currentTarget.value.trim())}
          />
        ) : null}
        {error && (refused[""] || !plan?.confirm) ? (
          <ErrorPanel title="Nothing was begun" error={error} />
        ) : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            {...(plan?.confirm ? { color: "red" } : {})}
            loading={sending}
            disabled={missing !== ""}
            title={missing || undefined}
          >
            {plan?.title ?? action.word}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** Why the button does not work yet; empty when it does. */
function missingIn(
  asking: boolean,
  blocked: boolean,
  confirm: boolean,
  typed: string,
  name: string,
): string {
  if (asking) {
    return "Central is finding out what it would do";
  }
  if (blocked) {
    return "Something stands in the way: see above";
  }
  return confirm && typed !== name ? `Type ${name} to confirm` : "";
}
