// What names may look like: the same rules as Central's own, so that a form says at once what the server would
// refuse. Each returns a sentence, or an empty text when all is well.

const benchName = /^[a-z][a-z0-9-]{0,30}$/;
const serverName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const appName = /^[a-z][a-z0-9_]{0,60}$/;
const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const loginName = /^[a-z_][a-z0-9_-]{0,31}$/;
const repoPath = /^(\/[A-Za-z0-9_~+.-]+)+\/?$/;
const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/;
const python = /^python3(\.[0-9]{1,2})?$/;
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`);
const label = /^[a-z0-9]([a-z0-9._-]{0,30}[a-z0-9])?$/;
const branchName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/** Names that Ansible gives a meaning of its own. */
const reservedServers = ["all", "ungrouped", "localhost"];
/** Files that every bench has among its sites. */
const reservedSites = ["apps.txt", "apps.json", "currentsite.txt", "languages.txt", "patches.txt"];

/** A bench: `main-v15`. */
export function benchNameFault(name: string): string {
  return benchName.test(name)
    ? ""
    : "A lower-case letter, then up to 30 lower-case letters, digits and dashes.";
}

/** A server: `m-01`, `db1.example.com`. */
export function serverNameFault(name: string): string {
  if (reservedServers.includes(name)) {
    return `${name} means something else to Ansible: choose another name.`;
  }
  return serverName.test(name)
    ? ""
    : "Up to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends.";
}

/** A pair of servers is called like a server. */
export function pairNameFault(name: string): string {
  return serverName.test(name) && !reservedServers.includes(name)
    ? ""
    : "Up to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends.";
}

/** An app: the name of its Python package. */
export function appNameFault(name: string): string {
  return appName.test(name)
    ? ""
    : "A lower-case letter, then up to 60 lower-case letters, digits and underscores.";
}

/** A site: a host name of at least two parts. */
export function siteNameFault(name: string): string {
  if (reservedSites.includes(name)) {
    return `${name} is the name of a file that every bench has: choose another name.`;
  }
  return isHostName(name) && name.includes(".")
    ? ""
    : "A lower-case host name of at least two parts, such as acme.example.com.";
}

/** Where a server is reached: an IP address or a host name. */
export function addressFault(address: string): string {
  return ipv4.test(address) || isIpv6(address) || isHostName(address)
    ? ""
    : "An IP address or a lower-case host name.";
}

/** A TCP port. */
export function portFault(port: number): string {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? "" : "A number from 1 to 65535.";
}

/** Who Central logs in as. */
export function loginFault(user: string): string {
  return loginName.test(user)
    ? ""
    : "A lower-case letter, then up to 31 lower-case letters, digits, dashes and underscores.";
}

/** The fingerprint of a host key, as `ssh-keygen -l` prints it; may be left out. */
export function fingerprintFault(text: string): string {
  return text === "" || fingerprint.test(text)
    ? ""
    : "SHA256: and 43 characters, as `ssh-keygen -l` prints it.";
}

/** Where a server stands: `fra1`; may be left out. */
export function regionFault(region: string): string {
  return region === "" || label.test(region)
    ? ""
    : "Up to 32 lower-case letters, digits, dots, dashes and underscores, such as fra1.";
}

/** What people find a server by: `nvme`, at most 16. */
export function labelsFault(labels: readonly string[]): string {
  const odd = labels.find((each) => !label.test(each));
  if (odd !== undefined) {
    return `${odd} is no label: up to 32 lower-case letters, digits, dots, dashes and underscores.`;
  }
  return new Set(labels).size > 16 ? "A server has at most 16 labels." : "";
}

/** The interpreter of a bench. */
export function pythonFault(text: string): string {
  return python.test(text) ? "" : "python3, or a version such as python3.11.";
}

/** A branch of a repository. */
export function branchFault(text: string): string {
  return branchName.test(text) && !text.includes("..")
    ? ""
    : "The name of a branch, such as main or version-15.";
}

/** The address of a git repository: https, ssh or git, a host and a plain path, no password. */
export function repositoryFault(address: string): string {
  const match = /^(https|ssh|git):\/\/(?:([^@/]*)@)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(address);
  if (!match) {
    return "https://host/path, ssh://user@host/path or git://host/path.";
  }
  const [, scheme, user, host = "", port, path = ""] = match;
  if (user !== undefined) {
    if (user.includes(":")) {
      return "No password may be in the address.";
    }
    if (scheme !== "ssh") {
      return "Only ssh addresses may name a user.";
    }
    if (loginFault(user) !== "") {
      return "The user in the address is not one.";
    }
  }
  if (addressFault(host) !== "") {
    return "The host in the address is not one.";
  }
  if (port !== undefined && portFault(Number(port)) !== "") {
    return "The port in the address is not one.";
  }
  const parts = path.split("/");
  if (
    !repoPath.test(path) ||
    parts.some((part) => part === "." || part === ".." || part.startsWith("-"))
  ) {
    return "The path may hold letters, digits and . _ ~ + - between slashes.";
  }
  return "";
}

function isHostName(name: string): boolean {
  if (name.length === 0 || name.length > 253) {
    return false;
  }
  const labels = name.split(".");
  return labels.every((label) => hostLabel.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

function isIpv6(address: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(address) || !address.includes(":")) {
    return false;
  }
  try {
    new URL(`http://[${address}]/`);
    return true;
  } catch {
    return false;
  }
}
