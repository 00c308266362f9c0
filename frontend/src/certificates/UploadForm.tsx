import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import classes from "../ui/cells.module.css";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { chainFault, keyFault } from "./pem";

const UploadMutation = graphql(/* GraphQL */ `
  mutation UploadCertificate($input: UploadCertificateInput!) {
    uploadCertificate(input: $input) {
      certificate {
        id
      }
      actions {
        id
      }
    }
  }
`);

/** Keeps a certificate of one's own. What is typed stays in this form alone: a key is never kept as a draft. */
export function UploadForm({
  onClose,
  onUploaded,
}: {
  onClose: () => void;
  onUploaded: () => void;
}) {
  const [chain, setChain] = useState("");
  const [key, setKey] = useState("");
  const [{ fetching, error }, upload] = useMutation(UploadMutation);
  const [sent, setSent] = useState("");
  const wrong = { chain: chainFault(chain), key: keyFault(key) };
  const refused = sent === chain + key ? fieldFaults(error, ["chain", "key"]) : {};

  const submit = async () => {
    setSent(chain + key);
    const result = await upload({ input: { chain, key } }, shownInPlace);
    if (result.data) {
      onUploaded();
    }
  };
  return (
    <FormDrawer
      title="Upload a certificate"
      submit="Upload and install it"
      sending={fetching}
      ready={wrong.chain === "" && wrong.key === ""}
      said="It is checked before anything changes."
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Textarea
        label="Certificate and chain"
        description="PEM, the site's own certificate first, then the one that issued it, and so on"
        placeholder="-----BEGIN CERTIFICATE-----"
        required
        rows={9}
        data-autofocus
        spellCheck={false}
        classNames={{ input: classes.mono ?? "" }}
        value={chain}
        error={refused.chain || (chain ? wrong.chain : "")}
        onChange={(event) => setChain(event.currentTarget.value)}
      />
      <Textarea
        label="Private key"
        description="PEM without a password. It is stored encrypted, and goes to the proxies alone."
        placeholder="-----BEGIN PRIVATE KEY-----"
        required
        rows={6}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.mono ?? "" }}
        value={key}
        error={refused.key || (key ? wrong.key : "")}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed">
        It takes the place of an earlier one for the same names. Nobody renews it but you: Central
        warns thirty days before it ends.
      </Text>
      {error && refused[""] ? <ErrorPanel title="Nothing was kept" error={error} /> : null}
    </FormDrawer>
  );
}
