import { describe, expect, it } from "vitest";
import {
  blankServer,
  blockedBy,
  clockWords,
  confirmedKey,
  consoleCommand,
  entryOf,
  faultsIn,
  type Look,
  letInCommand,
  lookOf,
  type NewServer,
  nameFor,
  pastedKey,
  probeOf,
  stepOf,
  typedIn,
} from "./newServer";

const key = `SHA256:${"k".repeat(43)}`;
const other = `SHA256:${"o".repeat(43)}`;

/** A place that was asked for its keys. */
const probed: NewServer = {
  ...blankServer,
  address: "10.0.1.3",
  probe: {
    where: "10.0.1.3 22",
    hostKeys: [
      { type: "ssh-ed25519", fingerprint: key },
      { type: "ssh-rsa", fingerprint: other },
    ],
    takenBy: null,
  },
};
const confirmed: NewServer = { ...probed, ticked: key };

const found: Omit<Look, "entry"> = {
  facts: {
    os: "Debian GNU/Linux 12 (bookworm)",
    architecture: "x86_64",
    cpus: 2,
    memoryBytes: 4 * 2 ** 30,
    disks: [],
    container: false,
    clockOffset: 0,
  },
  notes: {
    MASTER: [
      { severity: "WARNING", message: "Its clock is 3 s off." },
      { severity: "BLOCKING", message: "Only 2 GiB are free." },
    ],
    SLAVE: [],
    PROXY: [{ severity: "WARNING", message: "Its clock is 3 s off." }],
  },
};
const looked: NewServer = { ...confirmed, look: { ...found, entry: entryOf(confirmed) } };

describe("the steps", () => {
  it("each need what the one before found", () => {
    expect([blankServer, probed, confirmed, looked].map(stepOf)).toEqual([
      "where",
      "key",
      "entry",
      "what",
    ]);
  });

  it("begin again at what was changed: what was found there counts for no other place, user or key", () => {
    expect(stepOf({ ...looked, port: 2222 })).toBe("where");
    expect(probeOf({ ...looked, address: "10.0.1.4" })).toBeNull();
    expect(stepOf({ ...looked, user: "deploy" })).toBe("entry");
    expect(stepOf({ ...looked, ticked: other })).toBe("entry");
    expect(lookOf({ ...looked, ticked: "" })).toBeNull();
    expect(stepOf({ ...looked, ticked: "" })).toBe("key");
  });

  it("go no further than the key for a machine that is in the fleet", () => {
    const probe = probed.probe && { ...probed.probe, takenBy: { id: "1", name: "m-01" } };
    expect(stepOf({ ...looked, probe })).toBe("key");
  });
});

describe("the key that a person has confirmed", () => {
  it("is the one in what was pasted, also in the whole line that ssh-keygen prints", () => {
    expect(pastedKey(`256 ${key} root@m-03 (ED25519)`)).toBe(key);
    expect(confirmedKey({ ...probed, pasted: `256 ${key} root@m-03 (ED25519)` })).toBe(key);
    expect(confirmedKey({ ...probed, pasted: other })).toBe(other);
  });

  it("is none when what was pasted is not shown, whatever was ticked before", () => {
    const strange = { ...confirmed, pasted: `SHA256:${"z".repeat(43)}` };
    expect(confirmedKey(strange)).toBe("");
    expect(faultsIn(strange, []).hostKeyFingerprint).toContain("do not go on");
  });

  it("is none when the ticked one is not among those shown now", () => {
    expect(confirmedKey({ ...confirmed, ticked: `SHA256:${"z".repeat(43)}` })).toBe("");
  });
});

describe("what was typed", () => {
  it("is held against the rules and the names that are taken", () => {
    expect(Object.values(faultsIn({ ...looked, name: "m-03" }, ["m-01"])).join("")).toBe("");
    expect(faultsIn({ ...looked, name: "m-01" }, ["m-01"]).name).toBe(
      "There is a server called m-01 already.",
    );
    expect(faultsIn({ ...looked, address: "a;reboot" }, []).address).not.toBe("");
    expect(faultsIn({ ...looked, user: "{{ root }}" }, []).user).not.toBe("");
    expect(faultsIn({ ...looked, port: 0 }, []).port).not.toBe("");
    expect(faultsIn({ ...looked, pasted: "SHA256:short" }, []).hostKeyFingerprint).not.toBe("");
  });

  it("keeps a refusal at its field until that field changes", () => {
    expect(typedIn({ ...looked, labels: ["nvme", "eu"] }, "labels")).toBe("nvme eu");
    expect(typedIn({ ...looked, port: "22" }, "port")).toBe(typedIn(looked, "port"));
    expect(typedIn(looked, "hostKeyFingerprint")).toBe(key);
    expect(typedIn(looked, "password")).toBe("");
  });

  it("does not fit a role for the first reason that stands in its way, and only for that role", () => {
    expect(blockedBy({ ...looked, role: "MASTER" })).toBe("Only 2 GiB are free.");
    expect(blockedBy({ ...looked, role: "PROXY" })).toBe("");
    expect(blockedBy({ ...probed, role: "MASTER" })).toBe("");
  });
});

it.each([
  ["m-15.example.com", "m-15"],
  ["m-15", "m-15"],
  ["10.0.1.15", ""],
  ["fd00::15", ""],
  ["", ""],
])("proposes for %s the name %j", (address, name) => {
  expect(nameFor(address)).toBe(name);
});

it.each([
  [0.4, "right"],
  [-3.2, "3 s behind Central’s"],
  [61, "61 s ahead of Central’s"],
])("says of a clock that is %d s off: %s", (offset, words) => {
  expect(clockWords(offset)).toBe(words);
});

it("writes the commands for the server’s own console", () => {
  expect(letInCommand("ssh-ed25519 AAAA central")).toBe(
    "(umask 077; mkdir -p ~/.ssh; echo 'ssh-ed25519 AAAA central' >> ~/.ssh/authorized_keys)",
  );
  expect(consoleCommand("ssh-ed25519")).toBe("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
  expect(consoleCommand("ecdsa-sha2-nistp256")).toContain("ssh_host_ecdsa_key.pub");
  expect(consoleCommand("ssh-rsa")).toContain("ssh_host_rsa_key.pub");
});
