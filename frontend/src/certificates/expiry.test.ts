import { describe, expect, it } from "vitest";
import { certificateLook, expiryWords } from "./expiry";

const now = new Date("2026-06-01T12:00:00Z");

describe("expiryWords", () => {
  it.each([
    ["2026-08-01T12:00:00Z", "in 61 days"],
    ["2026-06-02T13:00:00Z", "in 1 day"],
    ["2026-06-01T13:00:00Z", "in less than a day"],
    ["2026-06-01T11:00:00Z", "less than a day ago"],
    ["2026-05-27T11:00:00Z", "5 days ago"],
  ])("says of %s: %s", (notAfter, words) => {
    expect(expiryWords(notAfter, now)).toBe(words);
  });
});

describe("certificateLook", () => {
  const active = { status: "ACTIVE" as const, notAfter: "2026-08-01T12:00:00Z", warning: "" };
  it.each([
    [active, "In use"],
    [{ ...active, warning: "It expires in 9 days." }, "Ends soon"],
    [{ ...active, notAfter: "2026-05-01T12:00:00Z", warning: "It has expired." }, "Expired"],
    [{ ...active, status: "FAILED" as const, notAfter: null }, "Not issued"],
    [{ ...active, status: "WAITING" as const, notAfter: null }, "Being issued"],
  ])("says in a word what it is", (certificate, word) => {
    expect(certificateLook(certificate, now).word).toBe(word);
  });
});
