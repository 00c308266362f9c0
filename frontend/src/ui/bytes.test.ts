import { expect, it } from "vitest";
import { formatBytes, formatShare } from "./bytes";

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KiB"],
  [2 ** 30, "1 GiB"],
  [24.4 * 2 ** 30, "24 GiB"],
  [3 * 2 ** 50, "3 PiB"],
  [-1, "0 B"],
])("%d is %s", (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

it("rounds shares", () => {
  expect(formatShare(0.916)).toBe("92 %");
});
