import { Text, Textarea } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import classes from "../ui/cells.module.css";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import { namesFault, readNames } from "./names";

const IssueMutation = graphql(/* GraphQL */ `
  mutation IssueCertificate($input: IssueCertificateInput!) {
    issueCertificate(input: $input) {
      certificate {
        id
      }
      action {
        id
      }
    }
  }
`);

const blank = { names: "" };

/** Asks the authority for a certificate, and goes to where that can be watched. */
export function IssueForm({
  authority,
  wildcards,
  onClose,
}: {
  /** Address of the authority. */
  authority: string;
  /** Whether wildcards can be had. */
  wildcards: boolean;
  onClose: () => void;
}) {
  const [draft, type, forget] = useDraft("certificate", blank);
  const [{ fetching, error }, issue] = useMutation(IssueMutation);
  const [sent, setSent] = useState("");
  const navigate = useNavigate();
  const names = readNames(draft.names);
  const wrong = namesFault(names, wildcards);
  const refused = sent === draft.names ? fieldFaults(error, ["names"]) : {};
  const first = names[0];

  const submit = async () => {
    setSent(draft.names);
    const result = await issue({ input: { names } }, shownInPlace);
    const actionId = result.data?.issueCertificate.action.id;
    if (actionId) {
      forget();
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <FormDrawer
      title="Issue a certificate"
      submit={
        first && names.length === 1
          ? `Issue it for ${first}`
          : `Issue it for ${names.length || "these"} names`
      }
      sending={fetching}
      ready={wrong === ""}
      said="The names keep being served meanwhile."
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Textarea
        label="Names"
        description="Host names of sites, one a line. They share one certificate."
        placeholder={"acme.example.com\nshop.example.com"}
        required
        rows={5}
        data-autofocus
        classNames={{ input: classes.mono ?? "" }}
        value={draft.names}
        error={refused.names || (draft.names ? wrong : "")}
        onChange={(event) => type({ names: event.currentTarget.value })}
      />
      <Text size="sm" c="dimmed">
        {hostOf(authority)} looks for a proof on the proxies at port 80, so each name has to lead to
        them already. Once it is installed, visitors by http are sent on to https. Central renews it
        when two thirds of its life are over.
      </Text>
      <Text size="sm" c="dimmed">
        {wildcards
          ? "A wildcard such as *.example.com covers every name with one more label; it is proved in the DNS."
          : "Wildcards need a program that changes the DNS (--acme-dns-hook); this Central has none."}
      </Text>
      {error && refused[""] ? <ErrorPanel title="Nothing was queued" error={error} /> : null}
    </FormDrawer>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : "The authority";
}
