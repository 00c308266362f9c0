import { describe, expect, test } from "vitest";
import {
  addressFault,
  appNameFault,
  benchNameFault,
  branchFault,
  fingerprintFault,
  labelsFault,
  loginFault,
  portFault,
  pythonFault,
  regionFault,
  repositoryFault,
  serverNameFault,
  siteNameFault,
} from "./names";

const rules: { rule: string; fault: (value: string) => string; good: string[]; bad: string[] }[] = [
  {
    rule: "bench",
    fault: benchNameFault,
    good: ["main", "main-v15", "a"],
    bad: ["", "-a", "A", "1a", "a_b", "a".repeat(32)],
  },
  {
    rule: "server",
    fault: serverNameFault,
    good: ["m-01", "db1.example.com", "1"],
    bad: ["", "all", "localhost", "-m", "m-", "M", "{{x}}", "a b"],
  },
  { rule: "app", fault: appNameFault, good: ["frappe", "my_app"], bad: ["", "my-app", "_x", "1x"] },
  {
    rule: "site",
    fault: siteNameFault,
    good: ["acme.example.com", "a.b"],
    bad: [
      "",
      "acme",
      "acme.1",
      "Acme.example.com",
      "a..b",
      "apps.txt",
      "-a.example.com",
      "10.0.0.1",
    ],
  },
  {
    rule: "address",
    fault: addressFault,
    good: ["10.0.0.1", "::1", "fe80::1", "m-01.example.com", "m"],
    bad: ["", "256.1.1.1", "10.0.0", "a b", "-x", "fe80::1%eth0", ":::"],
  },
  {
    rule: "login",
    fault: loginFault,
    good: ["root", "_apt", "deploy-1"],
    bad: ["", "-x", "1a", "Root", "a b"],
  },
  {
    rule: "fingerprint",
    fault: fingerprintFault,
    good: ["", `SHA256:${"a".repeat(43)}`],
    bad: ["SHA256:", "MD5:aa:bb", `SHA256:${"a".repeat(42)}`],
  },
  {
    rule: "region",
    fault: regionFault,
    good: ["", "fra1", "eu-west-1", "a"],
    bad: ["Fra1", "-a", "a-", "a b", "a".repeat(33)],
  },
  {
    rule: "python",
    fault: pythonFault,
    good: ["python3", "python3.11"],
    bad: ["", "python", "python2", "python3.11; ls"],
  },
  {
    rule: "branch",
    fault: branchFault,
    good: ["main", "version-15", "feature/x"],
    bad: ["", "-x", "a..b", "a b"],
  },
  {
    rule: "repository",
    fault: repositoryFault,
    good: [
      "https://git.example.com/frappe/frappe.git",
      "ssh://git@git.example.com:2222/a/b",
      "git://10.0.0.1/x.git",
    ],
    bad: [
      "",
      "file:///etc",
      "ext::sh -c id",
      "HTTPS://git.example.com/a",
      "https://u:p@git.example.com/a",
      "https://u@git.example.com/a",
      "https://git.example.com",
      "https://git.example.com/../a",
      "https://git.example.com/-x",
      "https://git.example.com/a?b",
      "git@git.example.com:a/b",
      "https://git.example.com:0/a",
    ],
  },
];

for (const { rule, fault, good, bad } of rules)
  describe(rule, () => {
    for (const value of good)
      test(`${value || "nothing"} is accepted`, () => expect(fault(value)).toBe(""));
    for (const value of bad)
      test(`${value || "nothing"} is refused`, () => expect(fault(value)).not.toBe(""));
  });

test("ports", () => {
  expect(portFault(22)).toBe("");
  expect(portFault(65535)).toBe("");
  for (const port of [0, 65536, 1.5, Number.NaN]) expect(portFault(port)).not.toBe("");
});

test("labels", () => {
  expect(labelsFault([])).toBe("");
  expect(labelsFault(["nvme", "eu-west.1", "nvme"])).toBe("");
  expect(labelsFault(["nvme", "No"])).toContain("No is no label");
  expect(labelsFault(Array.from({ length: 17 }, (_, i) => `l${i}`))).toContain("at most 16");
});
