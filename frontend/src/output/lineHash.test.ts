import { expect, test } from "vitest";
import { lineHash, parseLineHash } from "./lineHash";

const cases: { hash: string; range: ReturnType<typeof parseLineHash> }[] = [
  { hash: "L12", range: { from: 12, to: 12 } },
  { hash: "#L12", range: { from: 12, to: 12 } },
  { hash: "L12-L20", range: { from: 12, to: 20 } },
  { hash: "L20-L12", range: { from: 12, to: 20 } },
  { hash: "", range: null },
  { hash: "L0", range: null },
  { hash: "L1e9", range: null },
  { hash: "Lx", range: null },
];

for (const { hash, range } of cases) {
  test(`${hash || "nothing"} is ${range ? lineHash(range) : "no line"}`, () =>
    expect(parseLineHash(hash)).toEqual(range));
}
