import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import { emailFault, titleFault } from "./rules";

const CreateMutation = graphql(/* GraphQL */ `
  mutation CreateCustomer($input: CreateCustomerInput!) {
    done: createCustomer(input: $input) {
      customer {
        id
      }
    }
  }
`);

const UpdateMutation = graphql(/* GraphQL */ `
  mutation UpdateCustomer($input: UpdateCustomerInput!) {
    done: updateCustomer(input: $input) {
      customer {
        id
        version
      }
    }
  }
`);

/** What the form changes of a customer that is there. */
interface Known {
  id: string;
  version: number;
  name: string;
  email: string;
  company: string;
  notes: string;
}

const blank = { name: "", email: "", company: "", notes: "" };

/** Puts a customer on record, or changes one. */
export function CustomerForm({
  customer,
  onClose,
  onDone,
}: {
  customer?: Known;
  onClose: () => void;
  onDone: (id: string) => void;
}) {
  const initial = customer
    ? {
        name: customer.name,
        email: customer.email,
        company: customer.company,
        notes: customer.notes,
      }
    : blank;
  const [draft, type, forget] = useDraft(
    customer ? `customer-${customer.id}-${customer.version}` : "customer",
    initial,
  );
  // Polling may bring a newer version while one types; what was looked at when the form opened is what is changed.
  const [version] = useState(customer?.version ?? 0);
  const [created, create] = useMutation(CreateMutation);
  const [updated, update] = useMutation(UpdateMutation);
  const [sent, setSent] = useState("");
  const error = created.error ?? updated.error;
  const refused =
    sent === JSON.stringify(draft) ? fieldFaults(error, ["name", "email", "company", "notes"]) : {};
  const wrong = titleFault(draft.name) || emailFault(draft.email);

  const submit = async () => {
    setSent(JSON.stringify(draft));
    const answer = customer
      ? await update({ input: { ...draft, customerId: customer.id, version } }, shownInPlace)
      : await create({ input: draft }, shownInPlace);
    const id = answer.data?.done.customer.id;
    if (id) {
      forget();
      onDone(id);
    }
  };
  return (
    <FormDrawer
      title={customer ? `Change ${customer.name}` : "Add a customer"}
      submit={customer ? "Save the changes" : "Add the customer"}
      sending={created.fetching || updated.fetching}
      ready={wrong === ""}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        value={draft.name}
        error={refused.name || (draft.name ? titleFault(draft.name) : "")}
        onChange={(event) => type({ name: event.currentTarget.value })}
      />
      <TextInput
        label="E-mail"
        description="One address is one customer, however often they sign up."
        required
        type="email"
        value={draft.email}
        error={refused.email || (draft.email ? emailFault(draft.email) : "")}
        onChange={(event) => type({ email: event.currentTarget.value })}
      />
      <TextInput
        label="Company"
        value={draft.company}
        error={refused.company}
        onChange={(event) => type({ company: event.currentTarget.value })}
      />
      <Textarea
        label="Notes"
        description="For your team only."
        rows={4}
        value={draft.notes}
        error={refused.notes}
        onChange={(event) => type({ notes: event.currentTarget.value })}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}
