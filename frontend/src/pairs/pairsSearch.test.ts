import { expect, test } from "vitest";
import { readPairSearch, readPairsSearch } from "./pairsSearch";

test("the list's address", () => {
  expect(readPairsSearch({ q: "m-01", add: true, newServer: "slave" })).toEqual({
    q: "m-01",
    add: true,
    newServer: "slave",
  });
  expect(readPairsSearch({ q: 1, add: "yes", newServer: "slave" })).toEqual({ q: "1" });
  expect(readPairsSearch({ add: true, newServer: "proxy" })).toEqual({ add: true });
});

test("a pair's address", () => {
  expect(readPairSearch({ do: "failOver" })).toEqual({ do: "failOver" });
  expect(readPairSearch({ do: "explode" })).toEqual({});
});
