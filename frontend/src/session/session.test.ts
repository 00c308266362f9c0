import { describe, expect, it } from "vitest";
import { backOf } from "./back";
import { passwordProblem, repeatProblem } from "./passwordRules";

describe("backOf", () => {
  it.each([["/sites?q=acme#5"], ["/deploys/184"], ["/"]])("goes back to %s", (address) => {
    expect(backOf(address)).toBe(address);
  });

  it.each([
    ["https://elsewhere.example"],
    ["//elsewhere.example"],
    ["/\\elsewhere.example"],
    ["javascript:alert(1)"],
    ["/login?back=/login"],
    ["/password"],
    [undefined],
    [7],
  ])("never goes to %s", (address) => {
    expect(backOf(address)).toBe("/");
  });
});

describe("passwordProblem", () => {
  it("says how much is missing", () => {
    expect(passwordProblem("old", "short")).toBe("7 more characters");
    expect(passwordProblem("old", "elevenchars")).toBe("1 more character");
  });

  it("counts characters, not code units", () => {
    expect(passwordProblem("old", "🐘".repeat(11))).toBe("1 more character");
  });

  it("refuses the password one has", () => {
    expect(passwordProblem("correct horse", "correct horse")).toMatch(/have now/);
    expect(passwordProblem("old", "correct horse")).toBeUndefined();
  });
});

it("compares the repetition", () => {
  expect(repeatProblem("a", "a")).toBeUndefined();
  expect(repeatProblem("a", "b")).toBe("The two are not the same");
});
