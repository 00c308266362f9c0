import { Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { appNameFault, branchFault, repositoryFault } from "../ui/names";
import { useDraft } from "../ui/useDraft";
import { AccessFields } from "./AccessFields";
import { accessFault, accessInput, openAccess, tokenFault } from "./access";

const AddAppMutation = graphql(/* GraphQL */ `
  mutation AddApp($input: AddAppInput!) {
    addApp(input: $input) {
      app {
        id
      }
      action {
        id
      }
    }
  }
`);

const blank = { name: "", repository: "", branch: "main" };
const fields = ["name", "repository", "branch", "access", "user", "token"];

/** Puts an app on record and fetches its releases. */
export function AddAppForm({ names, onClose }: { names: string[]; onClose: () => void }) {
  const [draft, type, forget] = useDraft("app", blank);
  const [{ fetching, error }, addApp] = useMutation(AddAppMutation);
  const [access, setAccess] = useState(openAccess); // no draft: it may hold a token
  const [sent, setSent] = useState("");
  const navigate = useNavigate();
  const wrong = {
    name: names.includes(draft.name)
      ? `There is an app called ${draft.name} already.`
      : appNameFault(draft.name),
    repository: repositoryFault(draft.repository),
    branch: branchFault(draft.branch),
  };
  const unfit = draft.repository ? accessFault(access, draft.repository) : "";
  const ready =
    Object.values(wrong).every((fault) => fault === "") && !unfit && !tokenFault(access);
  const input = { ...draft, ...accessInput(access) };
  const refused = sent === JSON.stringify(input) ? fieldFaults(error, fields) : {};
  const fault = (field: keyof typeof wrong) =>
    refused[field] || (draft[field] !== blank[field] ? wrong[field] : "");

  const submit = async () => {
    setSent(JSON.stringify(input));
    const result = await addApp({ input }, shownInPlace);
    const actionId = result.data?.addApp.action.id;
    if (actionId) {
      forget();
      if (access.access === "DEPLOY_KEY") {
        await navigate({ to: "/apps", search: { settings: draft.name } });
        return;
      }
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <FormDrawer
      title="Add an app"
      submit={draft.name ? `Add ${draft.name}` : "Add the app"}
      sending={fetching}
      ready={ready}
      said="Its releases are fetched at once. No bench is changed."
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextInput
        label="Repository"
        description="https, ssh or git address, without a password"
        placeholder="https://git.example.com/frappe/frappe.git"
        required
        data-autofocus
        value={draft.repository}
        error={fault("repository")}
        onChange={(event) => {
          const repository = event.currentTarget.value.trim();
          const guess = nameOf(repository);
          type(
            draft.name === "" || draft.name === nameOf(draft.repository)
              ? { repository, name: guess }
              : { repository },
          );
        }}
      />
      <TextInput
        label="Name"
        description="Of its Python package"
        placeholder="frappe"
        required
        value={draft.name}
        error={fault("name")}
        onChange={(event) => type({ name: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Branch"
        description="Its commits are the releases"
        required
        value={draft.branch}
        error={fault("branch")}
        onChange={(event) => type({ branch: event.currentTarget.value.trim() })}
      />
      <AccessFields
        value={access}
        faults={{
          access: unfit || refused.access,
          user: refused.user,
          token: refused.token || (access.token ? tokenFault(access) : ""),
        }}
        onChange={(changed) => setAccess({ ...access, ...changed })}
      />
      <Text size="xs" c="dimmed">
        The first app of every bench is frappe.
      </Text>
      {error && refused[""] ? <ErrorPanel title="The app was not added" error={error} /> : null}
    </FormDrawer>
  );
}

/** What a repository's package is probably called. */
function nameOf(repository: string): string {
  const last = repository.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const name = last
    .replace(/\.git$/, "")
    .toLowerCase()
    .replaceAll("-", "_");
  return appNameFault(name) === "" && repository.includes("://") ? name : "";
}
