import type { ServerRole } from "../gql/schema";
import {
  addressFault,
  fingerprintFault,
  labelsFault,
  loginFault,
  portFault,
  regionFault,
  serverNameFault,
} from "../ui/names";

/** A host key as people compare it. */
export interface HostKey {
  /** Such as `ssh-ed25519`. */
  type: string;
  /** As `ssh-keygen -l` prints it. */
  fingerprint: string;
}

/** What a machine showed before anybody logged in. */
export interface Probe {
  /** The `where` that was asked: the answer counts for no other. */
  where: string;
  hostKeys: readonly HostKey[];
  /** The server of the fleet that it is already. */
  takenBy: { id: string; name: string } | null;
}

/** A sentence on whether a machine fits a role. */
export interface LookNote {
  severity: "BLOCKING" | "WARNING";
  message: string;
}

/** What Central found when it logged in. */
export interface Look {
  /** The `entry` by which it logged in: what it found counts for no other. */
  entry: string;
  facts: {
    os: string;
    architecture: string;
    cpus: number;
    memoryBytes: number;
    disks: readonly { mount: string; sizeBytes: number; freeBytes: number }[];
    container: boolean;
    clockOffset: number;
  };
  notes: Readonly<Record<ServerRole, readonly LookNote[]>>;
}

/** What was typed and found so far. A password is never part of it: drafts are kept in the browser. */
export interface NewServer {
  address: string;
  port: number | string;
  user: string;
  probe: Probe | null;
  /** The fingerprint that was ticked as the one on the server's console. */
  ticked: string;
  /** What was pasted from the server's console to be compared. */
  pasted: string;
  /** How Central gets in: its line was put there by hand, or the password does it once. */
  way: "line" | "password";
  look: Look | null;
  role: ServerRole;
  name: string;
  region: string;
  labels: string[];
}

export const blankServer: NewServer = {
  address: "",
  port: 22,
  user: "root",
  probe: null,
  ticked: "",
  pasted: "",
  way: "line",
  look: null,
  role: "MASTER",
  name: "",
  region: "",
  labels: [],
};

/** The fields as the server calls them in a refusal. */
export const fields = [
  "address",
  "port",
  "user",
  "hostKeyFingerprint",
  "password",
  "role",
  "name",
  "region",
  "labels",
] as const;

export type Field = (typeof fields)[number];

/** The steps in order: each needs what the one before found. */
export const steps = ["where", "key", "entry", "what"] as const;

export type Step = (typeof steps)[number];

/** The place that is asked for its host keys. */
export function whereOf({ address, port }: NewServer): string {
  return `${address} ${port}`;
}

/** The way in: place, user and host key. */
export function entryOf(server: NewServer): string {
  return `${server.user}@${whereOf(server)} ${confirmedKey(server)}`;
}

/** The host keys of the place as it is typed now; null until it was asked. */
export function probeOf(server: NewServer): Probe | null {
  return server.probe?.where === whereOf(server) ? server.probe : null;
}

/** What was found by the way in as it is typed now; null until Central was there. */
export function lookOf(server: NewServer): Look | null {
  return confirmedKey(server) !== "" && server.look?.entry === entryOf(server) ? server.look : null;
}

/** The fingerprint in what was pasted, which may be the whole line that `ssh-keygen -l` prints. */
export function pastedKey(text: string): string {
  return /SHA256:\S+/.exec(text)?.[0] ?? text.trim();
}

/** The fingerprint that a person has confirmed: pasted and found among the keys, or ticked; else empty. */
export function confirmedKey(server: NewServer): string {
  const keys = probeOf(server)?.hostKeys ?? [];
  const pasted = pastedKey(server.pasted);
  const wanted = pasted === "" ? server.ticked : pasted;
  return keys.find(({ fingerprint }) => fingerprint === wanted)?.fingerprint ?? "";
}

/** The step that comes next. */
export function stepOf(server: NewServer): Step {
  const probe = probeOf(server);
  if (!probe) {
    return "where";
  }
  if (probe.takenBy || confirmedKey(server) === "") {
    return "key";
  }
  return lookOf(server) ? "what" : "entry";
}

/** What the rules, the same as the server's, say of each field; empty when all is well. */
export function faultsIn(server: NewServer, names: readonly string[]): Record<Field, string> {
  return {
    address: addressFault(server.address),
    port: portFault(Number(server.port)),
    user: loginFault(server.user),
    hostKeyFingerprint: pastedFault(server),
    password: "",
    role: "",
    name: names.includes(server.name)
      ? `There is a server called ${server.name} already.`
      : serverNameFault(server.name),
    region: regionFault(server.region),
    labels: labelsFault(server.labels),
  };
}

function pastedFault(server: NewServer): string {
  const pasted = pastedKey(server.pasted);
  const wrong = fingerprintFault(pasted);
  if (wrong !== "" || pasted === "") {
    return wrong;
  }
  return confirmedKey(server) === ""
    ? "The machine shows no such key. Something else may answer at this address: do not go on."
    : "";
}

/** What the server would look at of a field: a refusal stands until this changes. */
export function typedIn(server: NewServer, field: Field): string {
  switch (field) {
    case "hostKeyFingerprint":
      return pastedKey(server.pasted) || confirmedKey(server);
    case "password":
      return "";
    case "labels":
      return server.labels.join(" ");
    default:
      return String(server[field]);
  }
}

/** The first sentence that stands in the way of the chosen role; empty when none does. */
export function blockedBy(server: NewServer): string {
  const notes = lookOf(server)?.notes[server.role] ?? [];
  return notes.find(({ severity }) => severity === "BLOCKING")?.message ?? "";
}

/** What a server at an address may be called: the first part of its host name; nothing for an IP address. */
export function nameFor(address: string): string {
  const [first = ""] = address.split(".");
  const isIp = /^[0-9.]+$/.test(address) || address.includes(":");
  return isIp || serverNameFault(first) !== "" ? "" : first;
}

/** How far a clock is off, in words: `3 s ahead of Central’s`. */
export function clockWords(offset: number): string {
  const seconds = Math.round(Math.abs(offset));
  if (seconds === 0) {
    return "right";
  }
  return `${seconds} s ${offset > 0 ? "ahead of" : "behind"} Central’s`;
}

/** The command that puts Central's line where it belongs, to be run as the user that Central logs in as. */
export function letInCommand(publicKey: string): string {
  return `(umask 077; mkdir -p ~/.ssh; echo '${publicKey}' >> ~/.ssh/authorized_keys)`;
}

/** The command that prints a key's fingerprint on the server's own console. */
export function consoleCommand(type: string): string {
  const file = type.startsWith("ecdsa") ? "ecdsa" : type === "ssh-rsa" ? "rsa" : "ed25519";
  return `ssh-keygen -lf /etc/ssh/ssh_host_${file}_key.pub`;
}
