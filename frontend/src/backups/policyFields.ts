/** The numbers of a policy: what each is called, and what it means. */
export const policyFields = {
  everyHours: ["Hours between two backups", "Of each site by schedule; 0 for none."],
  keepLast: ["Newest ones kept", "Of those by schedule."],
  keepDaily: ["Days", "The newest of each day is kept besides,"],
  keepWeekly: ["Weeks", "of each week,"],
  keepMonthly: ["Months", "and of each month."],
  manualDays: ["Days by hand", "That those are kept which somebody asked for."],
  beforeRestoreDays: ["Days before a restore", "That what a restore replaced is kept."],
  finalDays: ["Days after archiving", "That the last one of an archived site is kept."],
  testDays: ["Days between restore tests", "Of a random site; 0 for none."],
} as const;

export type PolicyField = keyof typeof policyFields;
export type Policy = Record<PolicyField, number>;

/** The numbers that a plan or a bench has of its own; how often restores are tested is the fleet's. */
export const scopedFields = (Object.keys(policyFields) as PolicyField[]).filter(
  (name) => name !== "testDays",
);

/** What a policy does, in a line: `every 24 hours; keeps the last 2, 7 daily, 4 weekly and 6 monthly`. */
export function policyWords(policy: Policy): string {
  if (policy.everyHours === 0) {
    return "none by schedule";
  }
  const every = policy.everyHours === 1 ? "every hour" : `every ${policy.everyHours} hours`;
  const kept = [
    [policy.keepLast, "newest"],
    [policy.keepDaily, "daily"],
    [policy.keepWeekly, "weekly"],
    [policy.keepMonthly, "monthly"],
  ]
    .filter(([number]) => number !== 0)
    .map((part) => part.join(" "));
  return `${every}; kept are ${kept.join(", ")}`;
}
