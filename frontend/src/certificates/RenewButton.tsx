import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { Certificate } from "./CertificatesPage";

const RenewMutation = graphql(/* GraphQL */ `
  mutation RenewCertificate($input: RenewCertificateInput!) {
    renewCertificate(input: $input) {
      action {
        id
      }
    }
  }
`);

/** Has a certificate issued anew at once, and goes to where that can be watched. */
export function RenewButton({
  certificate,
  allowed,
}: {
  certificate: Certificate;
  allowed: boolean;
}) {
  const [{ fetching }, renew] = useMutation(RenewMutation);
  const navigate = useNavigate();
  const submit = async () => {
    const result = await renew({ input: { certificateId: certificate.id } });
    const actionId = result.data?.renewCertificate.action.id;
    if (actionId) {
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  const busy = certificate.busyAction !== null;
  return (
    <Button
      size="compact-xs"
      {...(certificate.status === "FAILED" ? {} : { variant: "subtle", color: "gray" })}
      loading={fetching}
      disabled={!allowed || busy}
      title={
        busy
          ? "It is being issued just now"
          : allowed
            ? undefined
            : "Operators may do this; you may look"
      }
      onClick={() => void submit()}
    >
      {certificate.status === "FAILED" ? "Try again" : "Renew now"}
    </Button>
  );
}
