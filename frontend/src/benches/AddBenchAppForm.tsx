import { Select, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { ReleaseSelect } from "./ReleaseSelect";

const AppNamesQuery = graphql(/* GraphQL */ `
  query AppNames {
    apps {
      id
      name
    }
  }
`);

const AddBenchAppMutation = graphql(/* GraphQL */ `
  mutation AddBenchApp($input: AddBenchAppInput!) {
    addBenchApp(input: $input) {
      bench {
        id
      }
      action {
        id
      }
    }
  }
`);

const fields = ["app", "commit"];

/** Builds a revision of a bench that has one more app. */
export function AddBenchAppForm({
  bench,
  has,
  onClose,
}: {
  bench: { id: string; name: string };
  /** The apps that its newest revision has. */
  has: readonly string[];
  onClose: () => void;
}) {
  const [app, setApp] = useState("");
  const [commit, setCommit] = useState("");
  const [{ data, error: loadError }, again] = useQuery({ query: AppNamesQuery });
  const [{ fetching, error }, addBenchApp] = useMutation(AddBenchAppMutation);
  const navigate = useNavigate();
  const refused = fieldFaults(error, fields);
  const others = data?.apps.map(({ name }) => name).filter((name) => !has.includes(name)) ?? [];
  const submit = async () => {
    const added = await addBenchApp({ input: { benchId: bench.id, app, commit } }, shownInPlace);
    const actionId = added.data?.addBenchApp.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <FormDrawer
      title={`Add an app to ${bench.name}`}
      submit={app ? `Add ${app}` : "Add the app"}
      sending={fetching}
      ready={app !== "" && commit !== ""}
      said="A new revision is built. Sites get it by a deploy that names the app, and have the app once it is installed on them."
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {loadError ? (
        <ErrorPanel
          title="The apps could not be loaded"
          error={loadError}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : null}
      <Select
        label="App"
        placeholder={data && others.length === 0 ? "It has every app" : "Choose an app"}
        required
        searchable
        data-autofocus
        value={app || null}
        error={refused.app}
        data={others}
        onChange={(next) => {
          setApp(next ?? "");
          setCommit("");
        }}
      />
      <ReleaseSelect app={app} value={commit} onChange={setCommit} />
      {refused.commit ? (
        <Text size="xs" c="red">
          {refused.commit}
        </Text>
      ) : null}
      {error && refused[""] ? <ErrorPanel title="The app was not added" error={error} /> : null}
    </FormDrawer>
  );
}
