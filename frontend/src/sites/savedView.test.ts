import { describe, expect, it } from "vitest";
import { readView, viewText } from "./savedView";

describe("a saved view", () => {
  it("brings back what narrows and orders the list, and the columns", () => {
    const search = { q: "acme", status: ["BROKEN" as const], bench: ["3"], desc: true };
    const text = viewText({ search, hidden: ["REVISION", "BENCH"] });
    expect(readView(text)).toEqual({ search, hidden: ["REVISION", "BENCH"] });
  });

  it("is without what is open beside the list", () => {
    expect(readView(viewText({ search: { q: "a", deploy: "review" }, hidden: [] })).search).toEqual(
      { q: "a" },
    );
  });

  it("of an unknown form shows the whole list", () => {
    expect(readView("status=NOPE&hidden=3")).toEqual({ search: {}, hidden: [] });
  });
});
