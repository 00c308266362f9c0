import { expect, it } from "vitest";
import { size } from "./size";

it.each([
  [-1, "?"],
  [0, "0 B"],
  [999, "999 B"],
  [507_904, "508 kB"],
  [1_400_000_000, "1.4 GB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
