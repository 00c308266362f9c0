import { expect, test } from "vitest";
import { blockedBy, type Check, sortedChecks } from "./switchWords";

const check = (name: string, state: Check["state"]): Check => ({
  name,
  state,
  message: `${name} says so.`,
});

test("what blocks comes first, then warnings", () => {
  const checks = [
    check("a", "OK"),
    check("b", "WARNING"),
    check("c", "BLOCKING"),
    check("d", "OK"),
    check("e", "BLOCKING"),
  ];
  expect(sortedChecks(checks).map(({ name }) => name)).toEqual(["c", "e", "b", "a", "d"]);
});

test("why a switch cannot begin", () => {
  expect(blockedBy([check("lag", "OK"), check("mirror", "WARNING")])).toBe("");
  expect(blockedBy([check("lag", "BLOCKING")])).toBe("lag: lag says so.");
  expect(blockedBy([check("lag", "BLOCKING"), check("disk", "BLOCKING")])).toBe(
    "lag: lag says so. And 1 more.",
  );
});
