import { Button, Select, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import classes from "./PairForm.module.css";
import type { NewServerForm } from "./pair";
import {
  blankPair,
  type Candidate,
  choicesFor,
  type PairDraft,
  pairFaults,
  proposedName,
  type TypedPair,
} from "./pairDraft";

const PairChoicesQuery = graphql(/* GraphQL */ `
  query PairChoices {
    servers {
      id
      name
      address
      role
      status
      siteCount
      benches {
        id
      }
      pair {
        id
        name
      }
    }
    pairs {
      id
      name
    }
  }
`);

const CreatePairMutation = graphql(/* GraphQL */ `
  mutation CreatePair($input: CreatePairInput!) {
    createPair(input: $input) {
      pair {
        id
      }
      action {
        id
      }
    }
  }
`);

type Half = "master" | "slave";

const keyOf = { master: "masterId", slave: "slaveId" } as const;
const roleOf = { master: "MASTER", slave: "SLAVE" } as const;

/** A new pair: two servers and which of them is the master. A server that is not on record yet is added on the way. */
export function PairForm({
  adding,
  newServer,
  onAdding,
  onClose,
}: {
  /** The half that a new server is being added for. */
  adding: Half | undefined;
  newServer: (form: NewServerForm) => ReactNode;
  onAdding: (half: Half | undefined) => void;
  onClose: () => void;
}) {
  const [typed, type, forget] = useDraft<TypedPair>("pair", blankPair);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [{ data, error: loadError }, again] = useQuery({ query: PairChoicesQuery });
  const [{ fetching, error }, createPair] = useMutation(CreatePairMutation);
  const [sent, setSent] = useState<PairDraft | null>(null);
  const navigate = useNavigate();

  const servers = data?.servers ?? [];
  const taken = data?.pairs.map(({ name }) => name) ?? [];
  const draft = { ...typed, name: typed.name ?? proposedName(taken) };
  const wrong = pairFaults(draft, servers, taken);
  const ready = data !== undefined && Object.values(wrong).every((fault) => fault === "");
  // What the server refused stands until the field is changed.
  const refused = fieldFaults(error, ["name", "masterId", "slaveId"]);
  const fault = (field: keyof PairDraft) => {
    if (refused[field] && sent?.[field] === draft[field]) {
      return refused[field];
    }
    return data && (touched.has(field) || draft[field] !== "") ? wrong[field] : "";
  };
  const leave = (field: keyof PairDraft) => () => setTouched(new Set(touched).add(field));
  const master = servers.find(({ id }) => id === draft.masterId);
  const slave = servers.find(({ id }) => id === draft.slaveId);

  const submit = async () => {
    setSent(draft);
    const result = await createPair({ input: draft }, shownInPlace);
    const actionId = result.data?.createPair.action.id;
    if (actionId) {
      forget();
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };

  if (adding) {
    return newServer({
      role: roleOf[adding],
      onClose: () => onAdding(undefined),
      onAdded: (id) => {
        type({ [keyOf[adding]]: id });
        again({ requestPolicy: "network-only" });
        onAdding(undefined);
      },
    });
  }
  const select = (half: Half, label: string, description: string) => (
    <ServerSelect
      label={label}
      description={description}
      choices={choicesFor(servers, half)}
      value={draft[keyOf[half]]}
      error={fault(keyOf[half])}
      onBlur={leave(keyOf[half])}
      onChange={(id) => type({ [keyOf[half]]: id })}
      onNew={() => onAdding(half)}
      half={half}
    />
  );
  return (
    <FormDrawer
      title="Set up a pair"
      submit={`Set up ${draft.name}`}
      sending={fetching}
      ready={ready}
      said={
        ready ? "You can watch each task of it." : Object.values(wrong).find((text) => text !== "")
      }
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {loadError && !data ? (
        <ErrorPanel
          title="The servers could not be loaded"
          error={loadError}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : null}
      {select("master", "Master", "Holds the benches and sites, and is written to.")}
      {select("slave", "Slave", "Follows the master, and takes over when it has to.")}
      <TextInput
        label="Name"
        description="What people call the pair; it is typed to confirm a switch"
        required
        value={draft.name}
        error={fault("name")}
        onBlur={leave("name")}
        onChange={(event) => type({ name: event.currentTarget.value.trim() })}
      />
      <WhatHappens master={master} slave={slave} />
      {error && refused[""] ? <ErrorPanel title="The pair was not set up" error={error} /> : null}
    </FormDrawer>
  );
}

function ServerSelect({
  half,
  label,
  description,
  choices,
  value,
  error,
  onChange,
  onBlur,
  onNew,
}: {
  half: Half;
  label: string;
  description: string;
  choices: ReturnType<typeof choicesFor>;
  value: string;
  error: string;
  onChange: (id: string) => void;
  onBlur: () => void;
  onNew: () => void;
}) {
  const hints = new Map(choices.map((choice) => [choice.value, choice.hint]));
  return (
    <div>
      <Select
        label={label}
        description={description}
        placeholder={choices.length === 0 ? `No ${half} is on record yet` : "Choose a server"}
        required
        searchable
        data={choices}
        value={value || null}
        error={error}
        onBlur={onBlur}
        onChange={(id) => onChange(id ?? "")}
        nothingFoundMessage="No server of that name"
        renderOption={({ option }) => (
          <span className={classes.option}>
            <span>{option.label}</span>
            <small>{hints.get(option.value)}</small>
          </span>
        )}
      />
      <Button
        variant="subtle"
        size="compact-xs"
        mt={4}
        leftSection={<IconPlus size={13} />}
        onClick={onNew}
      >
        Add a new server as the {half}
      </Button>
    </div>
  );
}

/** What the choice leads to, in the order in which it happens. */
function WhatHappens({
  master,
  slave,
}: {
  master: Candidate | undefined;
  slave: Candidate | undefined;
}) {
  const from = master?.name ?? "the master";
  const to = slave?.name ?? "the slave";
  const sites = master?.siteCount ?? 0;
  return (
    <section className={classes.happens} aria-label="What will happen">
      <h3>What will happen</h3>
      <ol>
        <li>Both machines are hardened and installed; what is so already stays as it is.</li>
        <li>
          The database of <b>{from}</b> is restarted once, so that {to} can follow it over TLS.{" "}
          {sites > 0 ? (
            <strong>
              The {sites === 1 ? "site" : `${sites} sites`} on it cannot be used for about 10 s.
            </strong>
          ) : null}
        </li>
        <li>
          Its databases are copied to <b>{to}</b> while they are in use, and {to} follows from
          there. <strong>{capital(to)} has to be empty: a database of its own stops this.</strong>
        </li>
        <li>Benches and files are mirrored, now and from then on.</li>
        <li>
          When {to} has caught up, the pair is ready: {to} may take over. Proxies go on sending
          visitors to {from}.
        </li>
      </ol>
    </section>
  );
}

function capital(text: string): string {
  return text.startsWith("the ") ? `The ${text.slice(4)}` : text;
}
