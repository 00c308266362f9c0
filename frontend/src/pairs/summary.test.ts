import { expect, test } from "vitest";
import { summaryOf } from "./summary";

test("pairs in one line", () => {
  expect(summaryOf(["done", "done"])).toBe("Every slave follows, ready to take over.");
  expect(summaryOf(["done", "bad", "wait", "wait", "run", "idle"])).toBe(
    "1 needs somebody now · 2 need a look · 2 are not ready yet · 1 is well",
  );
});
