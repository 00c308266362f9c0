import { expect, it } from "vitest";
import { servingButton, servingLooks, servings } from "./serving";

it("says on the button what it does and to how many", () => {
  expect(servings.map((serving) => servingButton(serving, 1))).toEqual([
    "Open 1 site",
    "Close 1 site for maintenance",
    "Suspend 1 site",
  ]);
  expect(servingButton("SUSPENDED", 1200)).toBe("Suspend 1,200 sites");
});

it("shows only sites that are not open", () => {
  expect(servingLooks.OPEN).toBeNull();
  expect(servingLooks.SUSPENDED?.word).toBe("Suspended");
});
