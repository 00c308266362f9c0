import { expect, it } from "vitest";
import { type Policy, policyWords, scopedFields } from "./policyFields";

const policy: Policy = {
  everyHours: 24,
  keepLast: 2,
  keepDaily: 7,
  keepWeekly: 0,
  keepMonthly: 6,
  manualDays: 90,
  beforeRestoreDays: 30,
  finalDays: 365,
  testDays: 30,
};

it("says what a policy does in a line", () => {
  expect(policyWords(policy)).toBe("every 24 hours; kept are 2 newest, 7 daily, 6 monthly");
  expect(policyWords({ ...policy, everyHours: 1 })).toContain("every hour;");
  expect(policyWords({ ...policy, everyHours: 0 })).toBe("none by schedule");
});

it("leaves restore tests to the fleet", () => {
  expect(scopedFields).toHaveLength(8);
  expect(scopedFields).not.toContain("testDays");
});
