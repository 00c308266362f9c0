import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { RelativeTime } from "../ui/RelativeTime";
import { useNow } from "../ui/time";

const SignInMutation = graphql(/* GraphQL */ `
  mutation SignInToSite($input: SignInToSiteInput!) {
    signInToSite(input: $input) {
      url
      expiresAt
    }
  }
`);

/** Makes a link that signs in to a site as its Administrator, once. The link is kept nowhere. */
export function SignInDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [used, setUsed] = useState(false);
  const [{ data, fetching, error }, signIn] = useMutation(SignInMutation);
  const refused = fieldFaults(error, ["reason"]);
  const now = useNow();
  const login = data?.signInToSite;
  const over = login ? used || Date.parse(login.expiresAt) <= now : false;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== "" && !fetching) {
      await signIn({ input: { siteId: site.id, reason: reason.trim() } }, shownInPlace);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Sign in to ${site.name}`} size="lg">
      {login ? (
        <>
          <Text size="sm">
            This link signs you in as Administrator, once
            {over ? ". It is over." : <> and until</>}{" "}
            {over ? null : <RelativeTime at={login.expiresAt} />}
          </Text>
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button
              component="a"
              href={over ? undefined : login.url}
              target="_blank"
              rel="noreferrer"
              aria-disabled={over}
              data-disabled={over || undefined}
              onClick={() => setUsed(true)}
            >
              Open {site.name}
            </Button>
          </Group>
        </>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Textarea
            label="Reason"
            description="Who signed in, when and why is kept in the audit log"
            placeholder="Such as: the customer asked to look at an order"
            required
            rows={2}
            maxLength={500}
            data-autofocus
            value={reason}
            error={refused.reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {error && refused[""] ? (
            <ErrorPanel title="The link could not be made" error={error} />
          ) : null}
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" loading={fetching} disabled={reason.trim() === ""}>
              Make the link
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
