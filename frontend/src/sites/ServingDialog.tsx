import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { shownInPlace } from "../client/client";
import { faultsOf } from "../client/errors";
import { graphql } from "../gql";
import type { SiteServing } from "../gql/schema";
import { Notes } from "../ui/Notes";
import { ProgressBar } from "../ui/ProgressBar";
import {
  outcomeWords,
  type ServingOutcome,
  servingButton,
  servings,
  servingWords,
} from "./serving";
import type { SiteRow } from "./siteList";

const SetServingMutation = graphql(/* GraphQL */ `
  mutation SetServing($input: SetServingInput!) {
    setServing(input: $input) {
      site {
        id
        serving
      }
    }
  }
`);

/** Of more sites than these the others are counted. */
const named = 6;
/** Of more refusals than these nobody reads the rest. */
const told = 8;

/**
 * What the proxies do with the visitors of the ticked sites: they go to the site, or are told that it is under
 * maintenance or suspended. Sites are asked for one after the other, so that one that is refused holds up no other.
 */
export function ServingDialog({
  siteIds,
  known,
  onClose,
  onChanged,
}: {
  siteIds: readonly string[];
  /** Those of them that are loaded. */
  known: readonly Pick<SiteRow, "id" | "name" | "serving">[];
  onClose: () => void;
  onChanged: () => void;
}) {
  const client = useClient();
  const [serving, setServing] = useState<SiteServing>(() =>
    known.some((site) => site.serving !== "OPEN") ? "OPEN" : "MAINTENANCE",
  );
  const [sent, setSent] = useState<number | null>(null);
  const [outcome, setOutcome] = useState<ServingOutcome | null>(null);
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const asking = sent !== null;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (asking) {
      return;
    }
    setOutcome(null);
    let changed = 0;
    let unchanged = 0;
    const refused: { id: string; why: string }[] = [];
    for (const [index, siteId] of siteIds.entries()) {
      setSent(index);
      const input = { siteId, serving };
      const { error } = await client
        .mutation(SetServingMutation, { input }, shownInPlace)
        .toPromise();
      const [fault] = error ? faultsOf(error) : [];
      if (!fault) {
        changed += 1;
      } else if (fault.code === "CONFLICT") {
        unchanged += 1;
      } else {
        refused.push({ id: siteId, why: fault.message });
      }
    }
    setSent(null);
    onChanged();
    const result = { changed, unchanged, refused };
    if (refused.length > 0) {
      setOutcome(result);
      return;
    }
    notifications.show({ color: "green", message: outcomeWords(serving, result) });
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title="What the proxies do with visitors" size="lg">
      <form onSubmit={(event) => void send(event)}>
        <Text size="sm" mb="md">
          Visitors of {listed(siteIds, names)}. The sites themselves, their jobs and their deploys
          go on; it takes a moment until every proxy knows.
        </Text>
        <Radio.Group
          aria-label="Visitors"
          value={serving}
          onChange={(value) => setServing(value as SiteServing)}
        >
          <Stack gap={10}>
            {servings.map((one) => (
              <Radio
                key={one}
                value={one}
                disabled={asking}
                label={servingWords[one].name}
                description={servingWords[one].meets}
              />
            ))}
          </Stack>
        </Radio.Group>
        {asking && siteIds.length > 1 ? (
          <div style={{ marginTop: 16 }}>
            <ProgressBar
              percent={Math.floor((100 * sent) / siteIds.length)}
              label={`${sent} of ${siteIds.length} sites`}
              height={6}
            />
          </div>
        ) : null}
        {outcome ? (
          <div role="alert">
            <Text size="sm" mt="md">
              {outcomeWords(serving, outcome)}{" "}
              {outcome.refused.length === 1
                ? "1 was refused:"
                : `${outcome.refused.length.toLocaleString("en")} were refused:`}
            </Text>
            <Notes
              notes={[...new Set(outcome.refused.map(({ why }) => why))]
                .slice(0, told)
                .map((message) => ({ severity: "BLOCKING", message }))}
            />
          </div>
        ) : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={asking}>
            {servingButton(serving, siteIds.length)}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** The first sites by name, and how many more. */
function listed(ids: readonly string[], names: ReadonlyMap<string, string>): string {
  const first = ids.flatMap((id) => names.get(id) ?? []).slice(0, named);
  const rest = ids.length - first.length;
  if (first.length === 0) {
    return rest === 1 ? "1 site" : `${rest.toLocaleString("en")} sites`;
  }
  return rest === 0
    ? first.join(", ")
    : `${first.join(", ")} and ${rest.toLocaleString("en")} more`;
}
