import { describe, expect, it } from "vitest";
import { filterOf, isFiltered, orderOf, readSitesSearch, sortedBy } from "./sitesSearch";

describe("readSitesSearch", () => {
  it("keeps what makes sense", () => {
    const search = {
      q: "acme",
      bench: ["3"],
      server: ["1", "2"],
      version: ["shop 1.2.0"],
      status: ["ACTIVE", "BROKEN"],
      sort: "CREATED",
      desc: true,
      deploy: "review",
    };
    expect(readSitesSearch(search)).toEqual(search);
  });

  it("reads a single value as a list, and numbers as ids", () => {
    expect(readSitesSearch({ server: 7, bench: "3" })).toEqual({ server: ["7"], bench: ["3"] });
  });

  it("takes each value once", () => {
    expect(readSitesSearch({ server: ["1", 1, "1"] })).toEqual({ server: ["1"] });
  });

  it("reads a search for digits, which the router parses as a number", () => {
    expect(readSitesSearch({ q: 42 })).toEqual({ q: "42" });
  });

  it.each([
    ["unknown keys", { color: "red" }],
    ["an empty search", { q: "  " }],
    ["empty lists", { bench: [], version: [""] }],
    ["unknown states", { status: ["ASLEEP"] }],
    ["an unknown order", { sort: "SIZE" }],
    ["the default order", { sort: "NAME", desc: false }],
    ["objects where texts belong", { q: { a: 1 }, server: [{ id: 1 }, null] }],
    ["an unknown step", { deploy: "everything" }],
  ])("leaves out %s", (_, search) => {
    expect(readSitesSearch(search)).toEqual({});
  });
});

describe("filterOf", () => {
  it("asks for nothing special without a filter", () => {
    expect(filterOf({})).toEqual({});
    expect(isFiltered({ sort: "CREATED" })).toBe(false);
  });

  it("translates each part of the address", () => {
    const filter = filterOf({
      q: "a",
      bench: ["1"],
      server: ["2"],
      version: ["v"],
      status: ["BROKEN"],
    });
    expect(filter).toEqual({
      search: "a",
      benchIds: ["1"],
      serverIds: ["2"],
      versions: ["v"],
      statuses: ["BROKEN"],
    });
    expect(isFiltered({ status: ["BROKEN"] })).toBe(true);
  });
});

describe("sortedBy", () => {
  it("begins ascending and turns around with the next click", () => {
    const once = sortedBy({}, "VERSION");
    expect(orderOf(once)).toEqual({ field: "VERSION", descending: false });
    const twice = sortedBy(once, "VERSION");
    expect(orderOf(twice)).toEqual({ field: "VERSION", descending: true });
    expect(orderOf(sortedBy(twice, "VERSION"))).toEqual({ field: "VERSION", descending: false });
  });

  it("turns the default order around", () => {
    expect(orderOf(sortedBy({}, "NAME"))).toEqual({ field: "NAME", descending: true });
  });

  it("keeps the filters", () => {
    expect(sortedBy({ q: "a", server: ["1"] }, "CREATED")).toEqual({
      q: "a",
      server: ["1"],
      sort: "CREATED",
    });
  });
});
