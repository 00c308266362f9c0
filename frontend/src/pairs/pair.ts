import { graphql } from "../gql";
import type { PairFactsFragment } from "../gql/graphql";
import type { ServerRole, ServerStatus } from "../gql/schema";

/** What every view of a pair shows of it. */
export const PairFragment = graphql(/* GraphQL */ `
  fragment PairFacts on Pair {
    id
    name
    status
    statusReason
    createdAt
    newHostKeys {
      id
      name
    }
    master {
      id
      name
      address
      status
      siteCount
      benches {
        id
      }
    }
    slave {
      id
      name
      address
      status
    }
    busyAction {
      id
      title
      percent
      step
    }
    replication {
      at
      ioRunning
      sqlRunning
      lagSeconds
      masterGtid
      slaveGtid
      lastError
      mirroredAt
    }
  }
`);

/** A pair as the list and its page know it. */
export type Pair = PairFactsFragment;

/** A proxy, as drawn beside a pair. */
export interface ProxyServer {
  id: string;
  name: string;
  status: ServerStatus;
}

/** The proxies among servers that Central has not let go of. All of them send visitors to every master. */
export function proxiesOf(
  servers: readonly (ProxyServer & { role: ServerRole })[] | undefined,
): readonly ProxyServer[] {
  return (servers ?? []).filter(({ role, status }) => role === "PROXY" && status !== "RETIRED");
}

/** What the form for a new pair asks of the one for a new server. */
export interface NewServerForm {
  role: ServerRole;
  onClose: () => void;
  onAdded: (serverId: string) => void;
}
