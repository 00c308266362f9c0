import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";

const RetireBenchMutation = graphql(/* GraphQL */ `
  mutation RetireBench($input: RetireBenchInput!) {
    retireBench(input: $input) {
      bench {
        id
        retiredAt
      }
    }
  }
`);

/** Takes a bench without sites out of use. */
export function RetireBenchDialog({
  bench,
  onClose,
}: {
  bench: { id: string; name: string; server: { name: string }; revisions: readonly unknown[] };
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [{ fetching, error }, retire] = useMutation(RetireBenchMutation);
  const navigate = useNavigate();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await retire(
      { input: { benchId: bench.id, confirmName: typed } },
      shownInPlace,
    );
    if (data) {
      notifications.show({ color: "green", message: `${bench.name} is retired.` });
      await navigate({ to: "/benches", search: {} });
    }
  };
  const count = bench.revisions.length;
  return (
    <Modal opened onClose={onClose} title={`Retire ${bench.name}`} size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Text size="sm">
          No site lives on it. {count === 1 ? "Its revision is" : `Its ${count} revisions are`}{" "}
          removed from {bench.server.name}, and from its slave; a directory that was adopted stays
          as it is. What was done to the bench stays on record, and its name is free again.
        </Text>
        <TextInput
          mt="md"
          label={`Type ${bench.name} to confirm`}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
        />
        {error ? <ErrorPanel title="It was not retired" error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            color="red"
            loading={fetching}
            disabled={typed !== bench.name}
            title={typed === bench.name ? undefined : `Type ${bench.name} to confirm`}
          >
            Retire {bench.name}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
