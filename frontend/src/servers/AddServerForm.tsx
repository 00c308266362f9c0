import { Button, NumberInput, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ServerRole } from "../gql/schema";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { useDraft } from "../ui/useDraft";
import classes from "./AddServerForm.module.css";
import { EntryStep } from "./EntryStep";
import { HostKeyStep } from "./HostKeyStep";
import {
  blankServer,
  blockedBy,
  type Field,
  faultsIn,
  lookOf,
  probeOf,
  type Step,
  stepOf,
  typedIn,
} from "./newServer";
import { useNewServer } from "./useNewServer";
import { WhatStep } from "./WhatStep";

/**
 * Puts a server on record in steps that each need the one before: where it is, whether it is the right machine, how
 * Central gets in, and what it is to be. Steps that are done stay open to change; a changed one begins from there.
 */
export function AddServerForm({
  publicKey,
  names,
  role,
  onClose,
  onAdded,
}: {
  publicKey: string;
  /** Names that are taken. */
  names: string[];
  /** What it is needed as, where something else asks for a server; it may still be chosen otherwise. */
  role?: ServerRole;
  onClose: () => void;
  onAdded: (id: string) => void;
}) {
  const [server, type, forget] = useDraft(
    role ? `new-server-${role}` : "new-server",
    role ? { ...blankServer, role } : blankServer,
  );
  // Not in the draft: a password is kept nowhere.
  const [password, setPassword] = useState("");
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [reached, setReached] = useState<Step>("where");
  const central = useNewServer(server, type, (id) => {
    forget();
    onAdded(id);
  });

  const step = stepOf(server);
  const probe = probeOf(server);
  const look = lookOf(server);
  const wrong = faultsIn(server, names);
  const leave = (field: Field) => () => setLeft(new Set(left).add(field));
  const fault = (field: Field): string => {
    // Nobody is told that an empty field is wrong before having been there.
    const been = left.has(field) || typedIn(server, field) !== typedIn(blankServer, field);
    return central.refusalOf(field) || (been ? wrong[field] : "");
  };
  const fine = (...wanted: Field[]) => wanted.every((field) => wrong[field] === "");
  const reach = (next: Step) => (found: boolean) => {
    if (found) {
      setReached(next);
    }
  };

  const letIn = async () => {
    const found = central.letIn(password);
    setPassword("");
    reach("what")(await found);
  };
  const whereFine = fine("address", "port", "user");
  const blocked = blockedBy(server);
  const next: Record<Step, { submit: string; ready: boolean; said: string; go: () => void }> = {
    where: {
      submit: server.address ? `Connect to ${server.address}` : "Connect",
      ready: whereFine,
      said: "Central asks for its host key. It does not log in yet.",
      go: () => void central.probe().then(reach("key")),
    },
    key: {
      submit: "Let Central in",
      ready: false,
      said: probe?.takenBy
        ? "It is in the fleet already."
        : "Confirm first that it is the right machine.",
      go: () => {},
    },
    entry:
      server.way === "password"
        ? {
            submit: "Let Central in",
            ready: whereFine && password !== "",
            said: "Central puts its key there, and looks at the machine.",
            go: () => void letIn(),
          }
        : {
            submit: "Look at it",
            ready: whereFine,
            said: "Central logs in and looks at the machine. It changes nothing.",
            go: () => void central.look().then(reach("what")),
          },
    what: {
      submit: server.name ? `Add ${server.name}` : "Add the server",
      ready: whereFine && fine("name", "region", "labels") && blocked === "",
      said: blocked
        ? "It does not fit this role."
        : "Its host key is pinned. Nothing on it is changed yet.",
      go: () => void central.add(),
    },
  };
  const { submit, ready, said, go } = next[step];

  return (
    <FormDrawer
      title="Add a server"
      submit={submit}
      sending={central.asking}
      ready={ready}
      said={central.asking ? "Connecting to it" : said}
      onSubmit={go}
      onClose={onClose}
    >
      <Section title="1. Where it is">
        <div className={classes.row}>
          <TextInput
            label="Address"
            placeholder="10.0.1.15 or m-15.example.com"
            required
            data-autofocus
            value={server.address}
            error={fault("address")}
            onBlur={leave("address")}
            onChange={(event) => type({ address: event.currentTarget.value.trim() })}
          />
          <NumberInput
            label="Port"
            required
            hideControls
            allowDecimal={false}
            value={server.port}
            error={fault("port")}
            onBlur={leave("port")}
            onChange={(port) => type({ port })}
          />
        </div>
        <TextInput
          label="User"
          description={
            server.user === "root" || server.user === ""
              ? "root, or a user with sudo without a password"
              : `${server.user} needs sudo without a password`
          }
          required
          value={server.user}
          error={fault("user")}
          onBlur={leave("user")}
          onChange={(event) => type({ user: event.currentTarget.value.trim() })}
        />
      </Section>
      {probe ? (
        <Section
          title="2. Whether it is the right machine"
          focus={reached === "key"}
          again="Ask again"
          onAgain={next.where.go}
          disabled={central.asking}
        >
          <HostKeyStep
            server={server}
            probe={probe}
            fault={fault("hostKeyFingerprint")}
            type={type}
          />
        </Section>
      ) : null}
      {step === "entry" ? (
        <Section title="3. Let Central in">
          <EntryStep
            server={server}
            publicKey={publicKey}
            password={password}
            fault={password === "" ? central.refusalOf("password") : ""}
            type={type}
            onPassword={setPassword}
          />
        </Section>
      ) : null}
      {look ? (
        <Section
          title="4. What it is"
          focus={reached === "what"}
          again="Look again"
          onAgain={() => void central.look()}
          disabled={central.asking}
        >
          <WhatStep server={server} look={look} fault={fault} leave={leave} type={type} />
        </Section>
      ) : null}
      {central.error ? (
        <ErrorPanel
          title={step === "what" ? "The server was not added" : "Central did not get further"}
          error={central.error}
        />
      ) : null}
    </FormDrawer>
  );
}

/** One step. It takes the focus when Central's answer has brought it, so that nobody has to look for it. */
function Section({
  title,
  focus = false,
  again,
  onAgain,
  disabled = false,
  children,
}: {
  title: string;
  focus?: boolean;
  /** The word for asking Central once more. */
  again?: string;
  onAgain?: () => void;
  disabled?: boolean;
  children: ReactNode;
}) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (focus) {
      section.current?.focus();
    }
  }, [focus]);
  return (
    <section ref={section} className={classes.step} tabIndex={-1} aria-label={title}>
      <div className={classes.head}>
        <h3>{title}</h3>
        {again ? (
          <Button size="compact-xs" variant="subtle" disabled={disabled} onClick={onAgain}>
            {again}
          </Button>
        ) : null}
      </div>
      {children}
    </section>
  );
}
