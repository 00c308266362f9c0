import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import type { SiteServing } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { servingButton, servings, servingWords } from "../ui/serving";

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

/** What the proxies do with the visitors of a site: they go there, or are told that it is under maintenance or suspended. */
export function ServingDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string; serving: SiteServing };
  onClose: () => void;
}) {
  const [serving, setServing] = useState<SiteServing>(
    site.serving === "OPEN" ? "MAINTENANCE" : "OPEN",
  );
  const [{ fetching, error }, change] = useMutation(SetServingMutation);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (fetching) {
      return;
    }
    const { data } = await change({ input: { siteId: site.id, serving } }, shownInPlace);
    if (data) {
      onClose();
    }
  };

  return (
    <Modal opened onClose={onClose} title={`Visitors of ${site.name}`} size="lg">
      <form onSubmit={(event) => void send(event)}>
        <Text size="sm" mb="md">
          What the proxies do with them. The site itself, its jobs and its deploys go on; it takes a
          moment until every proxy knows.
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
                disabled={one === site.serving}
                label={servingWords[one].name}
                description={one === site.serving ? "As it is now." : servingWords[one].meets}
              />
            ))}
          </Stack>
        </Radio.Group>
        {error ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={fetching}>
            {servingButton(serving, 1)}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
