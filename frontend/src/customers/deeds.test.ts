import { expect, test } from "vitest";
import type { SubscriptionState } from "../gql/schema";
import { deedsOf } from "./deeds";

const can = (state: SubscriptionState, cancelAt: string | null, firstPaidAt: string | null) =>
  deedsOf({ state, cancelAt, firstPaidAt })
    .filter(({ why }) => why === "")
    .map(({ form }) => form);

test("what can be done in each state", () => {
  const day = "2026-01-01T00:00:00Z";
  expect(can("TRIAL", null, null)).toEqual(["pay", "plan", "extend", "site", "cancel"]);
  expect(can("ACTIVE", day, day)).toEqual(["pay", "plan", "site", "resume", "cancel"]);
  expect(can("PAST_DUE", null, null)).toEqual(["pay", "plan", "extend", "site", "cancel"]);
  expect(can("SUSPENDED", null, day)).toEqual(["pay", "plan", "site", "resume", "cancel"]);
  expect(can("CANCELLED", null, day)).toEqual(["pay", "resume"]);
  expect(can("ARCHIVED", null, null)).toEqual(["pay"]);
});
