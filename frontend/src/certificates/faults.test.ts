import { describe, expect, it } from "vitest";
import { namesFault, readNames } from "./names";
import { chainFault, keyFault } from "./pem";

const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";

describe("names of a certificate", () => {
  it("are read however they are typed", () => {
    expect(readNames(" a.example.com, b.example.com\nc.example.com ")).toEqual([
      "a.example.com",
      "b.example.com",
      "c.example.com",
    ]);
  });
  it.each([
    [["a.example.com", "*.example.com"], true, ""],
    [[], true, "at least one"],
    [["a.example.com", "a.example.com"], true, "twice"],
    [["A.example.com"], true, "no name"],
    [["*.*.example.com"], true, "no name"],
    [["*.example.com"], false, "changes the DNS"],
  ])("%j", (names, wildcards, fault) => {
    expect(namesFault(names, wildcards)).toContain(fault);
    expect(namesFault(names, wildcards) === "").toBe(fault === "");
  });
});

describe("chains and keys", () => {
  it.each([
    [chainFault(certificate + certificate), ""],
    [chainFault(""), "blocks"],
    [chainFault(certificate + key), "private key"],
    [chainFault(`${certificate}more`), "besides"],
    [keyFault(key), ""],
    [keyFault(certificate), "not its private key"],
    [keyFault("secret"), "A block"],
    [keyFault(key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE")), "password"],
  ])("are judged by their form", (said, fault) => {
    expect(said).toContain(fault);
    expect(said === "").toBe(fault === "");
  });
});
