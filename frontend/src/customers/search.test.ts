import { expect, test } from "vitest";
import { readCustomerSearch, readCustomersSearch, readSubscriptionsSearch } from "./search";

test("an address is read, and what makes no sense in it is left out", () => {
  expect(
    readSubscriptionsSearch({
      q: 12,
      state: ["TRIAL", "ODD"],
      plan: 3,
      sort: "ENDS",
      trail: ["a"],
      view: "x",
    }),
  ).toEqual({ q: "12", state: ["TRIAL"], plan: ["3"], sort: "ENDS", trail: ["a"] });
  expect(readCustomersSearch({ q: " ", state: "ACTIVE", trail: [1], add: "yes" })).toEqual({
    state: ["ACTIVE"],
  });
  expect(readCustomerSearch({ form: "pay", on: 7 })).toEqual({ form: "pay", on: "7" });
  expect(readCustomerSearch({ form: "steal", on: 7 })).toEqual({});
});
