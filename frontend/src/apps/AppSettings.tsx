import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { CodeBlock } from "../ui/CodeBlock";
import { Copy } from "../ui/Copy";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { RelativeTime } from "../ui/RelativeTime";
import { AccessFields } from "./AccessFields";
import classes from "./AppSettings.module.css";
import { type Access, accessFault, accessInput, openAccess, tokenFault } from "./access";

export const AppSettingsFragment = graphql(/* GraphQL */ `
  fragment AppSettings on App {
    id
    name
    repository
    access
    publicKey
    hookMadeAt
  }
`);

const SetAppAccessMutation = graphql(/* GraphQL */ `
  mutation SetAppAccess($input: SetAppAccessInput!) {
    setAppAccess(input: $input) {
      app {
        id
        access
        publicKey
        lookedAt
        lookError
      }
    }
  }
`);

const RenewAppWebhookMutation = graphql(/* GraphQL */ `
  mutation RenewAppWebhook($input: RenewAppWebhookInput!) {
    renewAppWebhook(input: $input) {
      secret
      app {
        id
        hookMadeAt
      }
    }
  }
`);

const fields = ["access", "user", "token"];

/** How Central gets in to an app's repository, and how the repository tells Central of new releases. */
export function AppSettings({
  app: masked,
  onClose,
}: {
  app: FragmentType<typeof AppSettingsFragment>;
  onClose: () => void;
}) {
  const app = getFragmentData(AppSettingsFragment, masked);
  const [access, setAccess] = useState<Access>({ ...openAccess, access: app.access });
  const [{ fetching, error }, setAppAccess] = useMutation(SetAppAccessMutation);
  const refused = fieldFaults(error, fields);
  const unfit = accessFault(access, app.repository);
  const ready =
    unfit === "" &&
    tokenFault(access) === "" &&
    (access.access !== "OPEN" || app.access !== "OPEN");
  const submit = async () => {
    const input = { appId: app.id, ...accessInput(access) };
    const { data } = await setAppAccess({ input }, shownInPlace);
    if (data) {
      setAccess({ ...access, token: "" });
    }
  };
  return (
    <FormDrawer
      title={`How Central reads ${app.name}`}
      submit={
        access.access === "DEPLOY_KEY" && app.access === "DEPLOY_KEY"
          ? "Make a new deploy key"
          : "Change the access"
      }
      sending={fetching}
      ready={ready}
      said="Servers never hold this: they get private apps from Central."
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <AccessFields
        value={access}
        faults={{
          access: unfit || refused.access,
          user: refused.user,
          token: refused.token || (access.token ? tokenFault(access) : ""),
        }}
        onChange={(changed) => setAccess({ ...access, ...changed })}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
      {app.publicKey ? (
        <section className={classes.part} aria-label="Deploy key">
          <Text size="sm">
            Give this key read access to <code>{app.repository}</code>, then fetch the releases:
          </Text>
          <CodeBlock text={app.publicKey} what="deploy key" />
        </section>
      ) : null}
      <Webhook app={app} />
    </FormDrawer>
  );
}

function Webhook({ app }: { app: { id: string; name: string; hookMadeAt?: string | null } }) {
  const [{ data, fetching, error }, renew] = useMutation(RenewAppWebhookMutation);
  const secret = data?.renewAppWebhook.secret;
  return (
    <section className={classes.part} aria-label="Webhook">
      <h3 className={classes.title}>Webhook</h3>
      <Text size="sm" c="dimmed">
        Central looks at the branch every five minutes. With a webhook it does so as soon as
        something is pushed: send push events as JSON to this address, signed with the secret
        (GitHub, Gitea and Forgejo do so).
      </Text>
      <Copy value={`${location.origin}/webhooks/releases/${app.name}`} what="address" />
      {secret ? (
        <Text size="sm" component="div">
          The secret, shown this once: <Copy value={secret} what="secret" />
        </Text>
      ) : app.hookMadeAt ? (
        <Text size="sm">
          It has had a secret since <RelativeTime at={app.hookMadeAt} />.
        </Text>
      ) : (
        <Text size="sm">It has no secret yet, and is not listened to.</Text>
      )}
      {error ? <ErrorPanel title="No secret was made" error={error} /> : null}
      <Button
        variant="default"
        size="xs"
        loading={fetching}
        className={classes.button}
        onClick={() => void renew({ input: { appId: app.id } }, shownInPlace)}
      >
        {app.hookMadeAt ? "Replace the secret" : "Make a secret"}
      </Button>
    </section>
  );
}
