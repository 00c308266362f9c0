import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import type { Certificate } from "./CertificatesPage";

const RemoveMutation = graphql(/* GraphQL */ `
  mutation RemoveCertificate($input: RemoveCertificateInput!) {
    removeCertificate(input: $input) {
      actions {
        id
      }
    }
  }
`);

/** Says what removing a certificate does, and does it once its name is typed. */
export function RemoveDialog({
  certificate,
  onClose,
  onRemoved,
}: {
  certificate: Certificate;
  onClose: () => void;
  onRemoved: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [{ fetching, error }, remove] = useMutation(RemoveMutation);
  const name = certificate.names[0] ?? "";
  const submit = async () => {
    const input = { certificateId: certificate.id, confirmName: typed };
    const result = await remove({ input }, shownInPlace);
    if (result.data) {
      onRemoved();
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Remove the certificate of ${name}`} size="lg">
      <Text size="sm" mb="md">
        The proxies stop showing it within seconds, and its private key is deleted. Unless another
        certificate covers {certificate.names.length === 1 ? "it" : "them"},{" "}
        {certificate.names.join(", ")} {certificate.names.length === 1 ? "is" : "are"} served by
        http again, and visitors by https see a warning.
      </Text>
      <TextInput
        label={`Type ${name} to confirm`}
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error ? <ErrorPanel title="It was not removed" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={fetching}
          disabled={typed !== name}
          title={typed === name ? undefined : "Type its name first"}
          onClick={() => void submit()}
        >
          Remove it
        </Button>
      </Group>
    </Modal>
  );
}
