import { describe, expect, it } from "vitest";
import { accessFault, accessInput, openAccess, tokenFault } from "./access";

describe("how a repository is entered", () => {
  const key = { ...openAccess, access: "DEPLOY_KEY" as const };
  const token = { access: "TOKEN" as const, user: "", token: "glpat-12345678" };

  it("has to fit the repository's address", () => {
    expect(accessFault(openAccess, "git://git.example.com/crm")).toBe("");
    expect(accessFault(key, "ssh://git@git.example.com/crm")).toBe("");
    expect(accessFault(key, "https://git.example.com/crm")).toMatch(/ssh/);
    expect(accessFault(token, "https://git.example.com/crm")).toBe("");
    expect(accessFault(token, "ssh://git@git.example.com/crm")).toMatch(/https/);
  });

  it("a token is one word", () => {
    expect(tokenFault(openAccess)).toBe("");
    expect(tokenFault(token)).toBe("");
    expect(tokenFault({ ...token, token: "" })).not.toBe("");
    expect(tokenFault({ ...token, token: "two words 12" })).not.toBe("");
  });

  it("sends no token that was typed before another way in was chosen", () => {
    expect(accessInput({ ...token, access: "OPEN" })).toEqual({ access: "OPEN" });
    expect(accessInput(token)).toEqual({ access: "TOKEN", token: "glpat-12345678" });
    expect(accessInput({ ...token, user: "ci" })).toEqual({
      access: "TOKEN",
      token: "glpat-12345678",
      user: "ci",
    });
  });
});
