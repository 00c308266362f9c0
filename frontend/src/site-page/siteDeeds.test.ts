import { describe, expect, it } from "vitest";
import { readSiteSearch, whyNot } from "./siteDeeds";

describe("whyNot", () => {
  const active = { status: "ACTIVE", busyWith: null } as const;

  it("lets operators do everything with a site that is well", () => {
    expect(whyNot("rename", active, "OPERATOR")).toBe("");
    expect(whyNot("visitors", active, "ADMIN")).toBe("");
  });

  it("lets others look", () => {
    expect(whyNot("rename", active, "VIEWER")).toContain("you may look");
  });

  it("names what has to end first, unless that does not matter", () => {
    const busy = { ...active, busyWith: { title: "Move a to r2" } };
    expect(whyNot("rename", busy, "OPERATOR")).toBe("Wait for “Move a to r2”");
    expect(whyNot("visitors", busy, "OPERATOR")).toBe("");
  });

  it("does nothing with a site that is not active, but for closing a broken one", () => {
    const broken = { ...active, status: "BROKEN" } as const;
    expect(whyNot("rename", broken, "OPERATOR")).toBe("The site is not active");
    expect(whyNot("visitors", broken, "OPERATOR")).toBe("");
    expect(whyNot("visitors", { ...active, status: "ARCHIVED" }, "OPERATOR")).not.toBe("");
  });
});

it("reads what an address says, and leaves out what makes no sense", () => {
  expect(readSiteSearch({ do: "rename", x: 1 })).toEqual({ do: "rename" });
  expect(readSiteSearch({ do: "drop" })).toEqual({});
});
