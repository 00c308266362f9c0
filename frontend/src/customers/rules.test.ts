import { expect, test } from "vitest";
import { emailFault, numberFault, titleFault } from "./rules";

test("addresses", () => {
  for (const good of ["ana@example.com", " Ana.Lee+1@Mail.Example.COM "]) {
    expect(emailFault(good)).toBe("");
  }
  for (const bad of [
    "",
    "ana",
    "ana@localhost",
    "a b@example.com",
    "a..b@example.com",
    "a@b@c.de",
  ]) {
    expect(emailFault(bad)).not.toBe("");
  }
});

test("names and numbers", () => {
  expect(titleFault("é".repeat(140))).toBe("");
  expect(titleFault("  ")).not.toBe("");
  expect(numberFault("14", 0, 365)).toBe("");
  expect(numberFault("", 1, 9, true)).toBe("");
  for (const bad of ["", "-1", "1.5", "366"]) {
    expect(numberFault(bad, 0, 365)).not.toBe("");
  }
});
