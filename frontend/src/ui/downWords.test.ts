import { expect, it } from "vitest";
import { downWords } from "./downWords";

it("says how long a site was closed", () => {
  expect(downWords(null)).toBe("");
  expect(downWords(1.44)).toBe("closed for 1.4 s");
  expect(downWords(0)).toBe("closed for 0.0 s");
  expect(downWords(64.4)).toBe("closed for 1 m 04 s");
});
