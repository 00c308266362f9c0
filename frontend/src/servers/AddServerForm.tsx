import { NumberInput, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import type { ServerRole } from "../gql/schema";
import { CodeBlock } from "../ui/CodeBlock";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import {
  addressFault,
  fingerprintFault,
  loginFault,
  portFault,
  serverNameFault,
} from "../ui/names";
import { useDraft } from "../ui/useDraft";
import classes from "./AddServerForm.module.css";
import { roleWords } from "./roles";

const AddServerMutation = graphql(/* GraphQL */ `
  mutation AddServer($input: AddServerInput!) {
    addServer(input: $input) {
      server {
        id
        name
      }
    }
  }
`);

interface ServerDraft {
  name: string;
  role: ServerRole;
  address: string;
  port: number | string;
  user: string;
  fingerprint: string;
}

const blank: ServerDraft = {
  name: "",
  role: "MASTER",
  address: "",
  port: 22,
  user: "root",
  fingerprint: "",
};

const fields = ["name", "address", "port", "user", "role", "hostKeyFingerprint"];

/** Puts a server on record: let Central in, say where it is, check its host key. */
export function AddServerForm({
  publicKey,
  names,
  onClose,
  onAdded,
}: {
  publicKey: string;
  /** Names that are taken. */
  names: string[];
  onClose: () => void;
  onAdded: (id: string) => void;
}) {
  const [draft, type, forget] = useDraft("server", blank);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [{ fetching, error }, addServer] = useMutation(AddServerMutation);
  const [sent, setSent] = useState<ServerDraft | null>(null);

  const wrong = {
    name: names.includes(draft.name)
      ? `There is a server called ${draft.name} already.`
      : serverNameFault(draft.name),
    address: addressFault(draft.address),
    port: portFault(Number(draft.port)),
    user: loginFault(draft.user),
    hostKeyFingerprint: fingerprintFault(draft.fingerprint.trim()),
  };
  const ready = Object.values(wrong).every((fault) => fault === "");
  // What the server refused stands until the field is changed.
  const refused = fieldFaults(error, fields);
  const draftOf = (field: keyof typeof wrong): keyof ServerDraft =>
    field === "hostKeyFingerprint" ? "fingerprint" : field;
  const fault = (field: keyof typeof wrong) => {
    const key = draftOf(field);
    if (refused[field] && sent && sent[key] === draft[key]) {
      return refused[field];
    }
    return touched.has(field) || draft[key] !== blank[key] ? wrong[field] : "";
  };
  const leave = (field: string) => () => setTouched(new Set(touched).add(field));

  const submit = async () => {
    setSent(draft);
    const result = await addServer(
      {
        input: {
          name: draft.name,
          role: draft.role,
          address: draft.address,
          port: Number(draft.port),
          user: draft.user,
          hostKeyFingerprint: draft.fingerprint.trim() || null,
        },
      },
      shownInPlace,
    );
    const id = result.data?.addServer.server.id;
    if (id) {
      forget();
      onAdded(id);
    }
  };

  return (
    <FormDrawer
      title="Add a server"
      submit={draft.name ? `Add ${draft.name}` : "Add the server"}
      sending={fetching}
      ready={ready}
      said={
        fetching
          ? "Connecting to it and reading its host key"
          : "Central connects and pins the host key. Nothing on it is changed yet."
      }
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <section className={classes.step}>
        <h3>1. Let Central in</h3>
        <Text size="sm" c="dimmed">
          Put this line into{" "}
          <code>~{draft.user === "root" ? "root" : draft.user || "user"}/.ssh/authorized_keys</code>{" "}
          on the server:
        </Text>
        <CodeBlock text={publicKey} what="the public key" />
      </section>
      <section className={classes.step}>
        <h3>2. What it is</h3>
        <div>
          <SegmentedControl
            fullWidth
            aria-label="Role"
            value={draft.role}
            onChange={(role) => type({ role: role as ServerRole })}
            data={(["MASTER", "PROXY", "SLAVE"] as const).map((role) => ({
              value: role,
              label: roleWords[role].name,
            }))}
          />
          <Text size="xs" c="dimmed" mt={6}>
            {roleWords[draft.role].purpose}
          </Text>
        </div>
        <TextInput
          label="Name"
          description="What people call it"
          placeholder="m-15"
          required
          data-autofocus
          value={draft.name}
          error={fault("name")}
          onBlur={leave("name")}
          onChange={(event) => type({ name: event.currentTarget.value.trim() })}
        />
      </section>
      <section className={classes.step}>
        <h3>3. Where it is</h3>
        <div className={classes.row}>
          <TextInput
            label="Address"
            placeholder="10.0.1.15 or m-15.example.com"
            required
            value={draft.address}
            error={fault("address")}
            onBlur={leave("address")}
            onChange={(event) => type({ address: event.currentTarget.value.trim() })}
          />
          <NumberInput
            label="Port"
            required
            hideControls
            allowDecimal={false}
            value={draft.port}
            error={fault("port")}
            onBlur={leave("port")}
            onChange={(port) => type({ port })}
          />
        </div>
        <TextInput
          label="User"
          description={
            draft.user === "root" || draft.user === ""
              ? "root, or a user with sudo without a password"
              : `${draft.user} needs sudo without a password`
          }
          required
          value={draft.user}
          error={fault("user")}
          onBlur={leave("user")}
          onChange={(event) => type({ user: event.currentTarget.value.trim() })}
        />
        <TextInput
          label="Fingerprint of its host key"
          description="From the server's own console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. Without it, the key shown on first contact is pinned."
          placeholder="SHA256:…"
          classNames={{ input: classes.mono ?? "" }}
          value={draft.fingerprint}
          error={fault("hostKeyFingerprint")}
          onBlur={leave("hostKeyFingerprint")}
          onChange={(event) => type({ fingerprint: event.currentTarget.value })}
        />
      </section>
      {error && refused[""] ? <ErrorPanel title="The server was not added" error={error} /> : null}
    </FormDrawer>
  );
}
