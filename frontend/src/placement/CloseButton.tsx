import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import classes from "./CloseButton.module.css";

const CloseServerMutation = graphql(/* GraphQL */ `
  mutation CloseServer($input: CloseServerInput!) {
    done: closeServer(input: $input) {
      server {
        id
        closedToSites
        closedWhy
      }
    }
  }
`);

const CloseBenchMutation = graphql(/* GraphQL */ `
  mutation CloseBench($input: CloseBenchInput!) {
    done: closeBench(input: $input) {
      bench {
        id
        closedToSites
        closedWhy
      }
    }
  }
`);

/** A server or a bench, and whether new sites may go there. */
export interface Closable {
  id: string;
  name: string;
  closedToSites: boolean;
  closedWhy: string;
}

/** Closes a server or bench to new sites, with a reason, or opens it again. */
export function CloseButton({ of, kind }: { of: Closable; kind: "server" | "bench" }) {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState("");
  const [server, closeServer] = useMutation(CloseServerMutation);
  const [bench, closeBench] = useMutation(CloseBenchMutation);
  const { fetching, error } = kind === "server" ? server : bench;
  const refused = may(me.role, "OPERATOR") ? undefined : "Operators may do this; you may look";
  const send = async (closed: boolean) => {
    const answer =
      kind === "server"
        ? await closeServer({ input: { serverId: of.id, closed, why } }, shownInPlace)
        : await closeBench({ input: { benchId: of.id, closed, why } }, shownInPlace);
    if (answer.data) {
      setAsking(false);
      setWhy("");
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(!of.closedToSites);
  };
  return (
    <>
      <Button
        size={kind === "server" ? "sm" : "compact-xs"}
        variant="default"
        disabled={refused !== undefined}
        title={refused}
        onClick={() => setAsking(true)}
      >
        {of.closedToSites ? "Open to new sites…" : "Close to new sites…"}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={of.closedToSites ? `Open ${of.name} to new sites` : `Close ${of.name} to new sites`}
      >
        <form className={classes.form} onSubmit={submit} noValidate>
          <p className={classes.said}>
            {of.closedToSites
              ? "New sites may go there again, by hand and where there is most room."
              : "What lives there goes on. No new site goes there, neither by hand nor by itself."}
          </p>
          {of.closedToSites ? null : (
            <TextInput
              label="Reason"
              description="Shown to whoever would put a site there"
              maxLength={140}
              data-autofocus
              value={why}
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          )}
          {error ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
          <div className={classes.buttons}>
            <Button variant="default" onClick={() => setAsking(false)}>
              Leave it
            </Button>
            <Button type="submit" loading={fetching}>
              {of.closedToSites ? `Open ${of.name}` : `Close ${of.name}`}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
