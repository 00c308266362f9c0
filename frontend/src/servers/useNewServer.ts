import { useState } from "react";
import { useClient } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { fieldFaults } from "../ui/fieldFaults";
import {
  confirmedKey,
  entryOf,
  type Field,
  fields,
  type Look,
  type NewServer,
  nameFor,
  typedIn,
  whereOf,
} from "./newServer";

const ProbeQuery = graphql(/* GraphQL */ `
  query ProbeServer($address: String!, $port: Int!) {
    probeServer(address: $address, port: $port) {
      hostKeys {
        type
        fingerprint
      }
      takenBy {
        id
        name
      }
    }
  }
`);

const LookFragment = graphql(/* GraphQL */ `
  fragment NewServer_look on ServerLook {
    facts {
      os
      architecture
      cpus
      memoryBytes
      disks {
        mount
        sizeBytes
        freeBytes
      }
      container
      clockOffset
    }
    master: notes(role: MASTER) {
      severity
      message
    }
    slave: notes(role: SLAVE) {
      severity
      message
    }
    proxy: notes(role: PROXY) {
      severity
      message
    }
  }
`);

const LookQuery = graphql(/* GraphQL */ `
  query LookAtServer($input: ServerEntryInput!) {
    lookAtServer(input: $input) {
      ...NewServer_look
    }
  }
`);

const LetInMutation = graphql(/* GraphQL */ `
  mutation LetCentralIn($input: LetCentralInInput!) {
    letCentralIn(input: $input) {
      look {
        ...NewServer_look
      }
    }
  }
`);

const AddMutation = graphql(/* GraphQL */ `
  mutation AddServer($input: AddServerInput!) {
    addServer(input: $input) {
      server {
        id
        name
      }
    }
  }
`);

/** What Central was asked and refused: the draft as it was then, and the error. */
interface Refused {
  server: NewServer;
  error: unknown;
}

/**
 * What the form asks Central for, one thing at a time: the host keys of a place, to be let in, a look, and to be put
 * on record. What is found goes into the draft; what is refused stands at its field until that changes.
 */
export function useNewServer(
  server: NewServer,
  type: (changed: Partial<NewServer>) => void,
  onAdded: (id: string) => void,
) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);

  /** Asks, and keeps what was refused. Answers nothing then. */
  const ask = async <Data>(
    request: () => Promise<{ data?: Data | undefined; error?: unknown }>,
  ) => {
    setAsking(true);
    setRefused(null);
    const { data, error } = await request();
    setAsking(false);
    if (error || !data) {
      setRefused({ server, error });
      return undefined;
    }
    return data;
  };
  const entry = {
    address: server.address,
    port: Number(server.port),
    user: server.user,
    hostKeyFingerprint: confirmedKey(server),
  };
  const keep = (found: FragmentType<typeof LookFragment>) =>
    type({
      look: lookIn(found, entryOf(server)),
      name: server.name || nameFor(server.address),
    });

  return {
    asking,
    /** What Central refused of a field as it is now; empty otherwise. */
    refusalOf: (field: Field): string =>
      refused && typedIn(refused.server, field) === typedIn(server, field)
        ? (fieldFaults(refused.error, fields)[field] ?? "")
        : "",
    /** What it refused that concerns no field. */
    error: refused && fieldFaults(refused.error, fields)[""] ? refused.error : null,
    probe: async () => {
      const variables = { address: server.address, port: Number(server.port) };
      const data = await ask(() => client.query(ProbeQuery, variables, uncached).toPromise());
      if (data) {
        const { hostKeys, takenBy } = data.probeServer;
        type({ probe: { where: whereOf(server), hostKeys, takenBy: takenBy ?? null } });
      }
      return data !== undefined;
    },
    look: async () => {
      const data = await ask(() => client.query(LookQuery, { input: entry }, uncached).toPromise());
      if (data) {
        keep(data.lookAtServer);
      }
      return data !== undefined;
    },
    letIn: async (password: string) => {
      const input = { ...entry, password };
      const data = await ask(() =>
        client.mutation(LetInMutation, { input }, shownInPlace).toPromise(),
      );
      if (data) {
        keep(data.letCentralIn.look);
      }
      return data !== undefined;
    },
    add: async () => {
      const { role, name, region, labels } = server;
      const input = { ...entry, role, name, region, labels };
      const data = await ask(() =>
        client.mutation(AddMutation, { input }, shownInPlace).toPromise(),
      );
      if (data) {
        onAdded(data.addServer.server.id);
      }
    },
  };
}

function lookIn(found: FragmentType<typeof LookFragment>, entry: string): Look {
  const { facts, master, slave, proxy } = getFragmentData(LookFragment, found);
  return { entry, facts, notes: { MASTER: master, SLAVE: slave, PROXY: proxy } };
}
