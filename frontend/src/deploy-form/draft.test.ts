import { describe, expect, it } from "vitest";
import { changeDraft, idempotencyKey, newDraft, randomId } from "./draft";

const a = "a".repeat(40);
const b = "b".repeat(40);
const draft = newDraft("form");

describe("changeDraft", () => {
  it("has one commit for each app", () => {
    const first = changeDraft(draft, { type: "pick", app: "shop", commit: a });
    const both = changeDraft(first, { type: "pick", app: "frappe", commit: a });
    const other = changeDraft(both, { type: "pick", app: "shop", commit: b });
    expect(other.releases).toEqual([
      { app: "frappe", commit: a },
      { app: "shop", commit: b },
    ]);
    expect(changeDraft(other, { type: "drop", app: "shop" }).releases).toEqual([
      { app: "frappe", commit: a },
    ]);
  });

  it.each([
    [0, 1],
    [-5, 1],
    [4.4, 4],
    [33, 32],
    [Number.NaN, 4],
  ])("takes %s sites at once as %s", (value, taken) => {
    expect(changeDraft(draft, { type: "sitesAtOnce", value }).sitesAtOnce).toBe(taken);
  });

  it("is empty again after its deploy began", () => {
    const filled = changeDraft(changeDraft(draft, { type: "pick", app: "shop", commit: a }), {
      type: "skipFailingPatches",
      value: true,
    });
    expect(changeDraft(filled, { type: "renew", formId: "next" })).toEqual(newDraft("next"));
  });
});

describe("idempotencyKey", () => {
  const filled = changeDraft(draft, { type: "pick", app: "shop", commit: a });
  const key = idempotencyKey(filled, ["1", "2"]);

  it("is the same for the same form and content, in whatever order", () => {
    expect(idempotencyKey({ ...filled }, ["2", "1"])).toBe(key);
  });

  it("fits into what the server takes", () => {
    const real = idempotencyKey(newDraft(randomId()), ["1"]);
    expect(real).toMatch(/^[0-9a-f-]{1,100}$/);
  });

  it.each([
    ["sites", filled, ["1", "2", "3"]],
    ["sites that only look alike", filled, ["12"]],
    ["commit", changeDraft(filled, { type: "pick", app: "shop", commit: b }), ["1", "2"]],
    ["number at once", { ...filled, sitesAtOnce: 8 }, ["1", "2"]],
    ["rule for failing patches", { ...filled, skipFailingPatches: true }, ["1", "2"]],
    ["form", { ...filled, formId: "other" }, ["1", "2"]],
  ])("changes with the %s", (_, changed, siteIds) => {
    expect(idempotencyKey(changed, siteIds)).not.toBe(key);
  });
});

it("makes ids that do not repeat", () => {
  expect(new Set(Array.from({ length: 100 }, randomId)).size).toBe(100);
});
