import { describe, expect, test } from "vitest";
import { neighbour, noHits, search, splitAt } from "./outputSearch";
import type { Line } from "./outputState";

const lines = ["Executing p1", "\u001b[31mERROR\u001b[0m in p1", "done", "error again"].map(
  (text): Line => ({ text, at: 0, stream: "stdout", host: "", task: "", millis: null }),
);

describe("search", () => {
  test("sees through colours and, in lower case, through case", () => {
    expect(search(noHits, lines, 4, "error").lines).toEqual([1, 3]);
  });
  test("keeps to the case of a needle with upper case", () => {
    expect(search(noHits, lines, 4, "ERROR in").lines).toEqual([1]);
  });
  test("goes on where it stopped", () => {
    const first = search(noHits, lines, 2, "error");
    expect(first).toEqual({ needle: "error", scanned: 2, lines: [1] });
    expect(search(first, lines, 4, "error").lines).toEqual([1, 3]);
    expect(search(first, lines, 2, "error")).toBe(first);
  });
  test("another needle begins anew", () => {
    const first = search(noHits, lines, 4, "error");
    expect(search(first, lines, 4, "done").lines).toEqual([2]);
    expect(search(first, lines, 4, "")).toBe(noHits);
  });
  test("only lines of the state count", () => {
    expect(search(noHits, lines, 3, "error").lines).toEqual([1]);
  });
});

describe("neighbour", () => {
  const hits = { needle: "x", scanned: 10, lines: [2, 5, 8] };
  test("next", () => expect(neighbour(hits, 5, 1)).toBe(2));
  test("next goes round", () => expect(neighbour(hits, 8, 1)).toBe(0));
  test("previous", () => expect(neighbour(hits, 5, -1)).toBe(0));
  test("previous goes round", () => expect(neighbour(hits, 2, -1)).toBe(2));
  test("none", () => expect(neighbour(noHits, 2, 1)).toBe(-1));
});

describe("splitAt", () => {
  test("every second part is the needle as written", () =>
    expect(splitAt("Error, error", "error")).toEqual(["", "Error", ", ", "error", ""]));
  test("no needle", () => expect(splitAt("abc", "")).toEqual(["abc"]));
  test("letters that grow in lower case are left whole", () =>
    expect(splitAt("İstanbul", "i")).toEqual(["İstanbul"]));
});
