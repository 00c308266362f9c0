// The rules of the form for a new pair: the same as Central's own, so that the form says at once what would be refused.

import type { ServerRole, ServerStatus } from "../gql/schema";
import { pairNameFault } from "../ui/names";

/** What is asked for. */
export interface PairDraft {
  name: string;
  masterId: string;
  slaveId: string;
}

/** What was typed so far; without a name the proposed one is meant. */
export type TypedPair = Omit<PairDraft, "name"> & { name: string | null };

export const blankPair: TypedPair = { name: null, masterId: "", slaveId: "" };

/** A server that may become part of a pair. */
export interface Candidate {
  id: string;
  name: string;
  address: string;
  role: ServerRole;
  status: ServerStatus;
  siteCount: number;
  benches: readonly { id: string }[];
  pair: { name: string } | null;
}

/** One line of the list to choose from. */
export interface Choice {
  value: string;
  label: string;
  /** Beside its name: what is on it, or why it cannot be chosen. */
  hint: string;
  disabled: boolean;
}

/** Why a server cannot be this half of a pair; empty when it can. */
export function unfit(server: Candidate, half: "master" | "slave"): string {
  if (server.pair) {
    return `in the pair ${server.pair.name}`;
  }
  switch (server.status) {
    case "HOST_KEY_CHANGED":
      return "shows another host key";
    case "SETTING_UP":
      return "is being set up";
    case "FAILED":
      return "its set-up failed";
    case "RETIRED":
      return "is retired";
    case "NEW":
    case "READY":
      break;
  }
  if (half === "slave" && server.benches.length > 0) {
    return `${server.benches.length === 1 ? "a bench" : `${server.benches.length} benches`} on it`;
  }
  return "";
}

/**
 * The servers for one half, those that fit first. A master that holds nothing may become a slave: it was added before
 * anybody knew what for. Proxies and retired servers are left out.
 */
export function choicesFor(servers: readonly Candidate[], half: "master" | "slave"): Choice[] {
  return servers
    .filter(
      ({ role, status, benches }) =>
        status !== "RETIRED" &&
        (half === "master"
          ? role === "MASTER"
          : role === "SLAVE" || (role === "MASTER" && benches.length === 0)),
    )
    .map((server) => {
      const why = unfit(server, half);
      return {
        value: server.id,
        label: server.name,
        hint: why || (server.siteCount > 0 ? sites(server.siteCount) : server.address),
        disabled: why !== "",
      };
    })
    .sort((a, b) => Number(a.disabled) - Number(b.disabled));
}

/** What stands in the way of each field; empty when nothing does. */
export function pairFaults(
  draft: PairDraft,
  servers: readonly Candidate[],
  taken: readonly string[],
): Record<keyof PairDraft, string> {
  const serverOf = (id: string) => servers.find((server) => server.id === id);
  const half = (id: string, which: "master" | "slave") => {
    if (id === "") {
      return `Choose the ${which}.`;
    }
    const server = serverOf(id);
    const why = server ? unfit(server, which) : "";
    if (!server) {
      return "This server is gone: choose another.";
    }
    return why && `${server.name} cannot be the ${which}: ${why}.`;
  };
  return {
    name: taken.includes(draft.name)
      ? `There is a pair called ${draft.name} already.`
      : pairNameFault(draft.name),
    masterId: half(draft.masterId, "master"),
    slaveId:
      draft.slaveId !== "" && draft.slaveId === draft.masterId
        ? "A pair is two servers: choose another one as the slave."
        : half(draft.slaveId, "slave"),
  };
}

/** A name that is free: `pair-01`, `pair-02`, … */
export function proposedName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = `pair-${String(number).padStart(2, "0")}`;
    if (!taken.includes(name)) {
      return name;
    }
  }
}

function sites(count: number): string {
  return count === 1 ? "1 site" : `${count.toLocaleString("en")} sites`;
}
