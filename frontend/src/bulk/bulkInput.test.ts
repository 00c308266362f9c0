import { describe, expect, it } from "vitest";
import type { BulkDeed } from "../gql/schema";
import { type BulkDraft, bulkInput, deedWords, emptyDraft } from "./bulkInput";

const draft = (deed: BulkDeed, change: Partial<BulkDraft> = {}): BulkDraft => ({
  ...emptyDraft,
  deed,
  ...change,
});

describe("bulkInput", () => {
  it("asks for exactly the ticked sites", () => {
    expect(bulkInput(draft("SERVE", { serving: "SUSPENDED" }), ["1", "2"])).toMatchObject({
      siteIds: ["1", "2"],
      deed: "SERVE",
      serving: "SUSPENDED",
    });
  });

  it("asks for nothing while something is missing", () => {
    const wanting = (Object.keys(deedWords) as BulkDeed[]).filter(
      (deed) => bulkInput(draft(deed, { confirmed: "1" }), ["1"]) === null,
    );
    expect(wanting).toEqual([
      "CONFIGURE",
      "INSTALL_APP",
      "ADD_DOMAIN",
      "RENAME",
      "MOVE",
      "REMOVE_DOMAIN",
      "REMOVE_APP",
    ]);
  });

  it("sends how many sites it hurts as they were typed, whether that is right or not", () => {
    const archive = (confirmed: string) => bulkInput(draft("ARCHIVE", { confirmed }), ["1", "2"]);
    expect(archive("")).toMatchObject({ confirmSites: null });
    expect(archive("2 sites")).toMatchObject({ confirmSites: null });
    expect(archive("2")).toMatchObject({ confirmSites: 2 });
    expect(archive("3")).toMatchObject({ confirmSites: 3 });
  });

  it("says until when the backups were taken that are restored", () => {
    const restore = (before: string) =>
      bulkInput(draft("RESTORE", { before, confirmed: "1" }), ["1"]);
    expect(restore("")).not.toHaveProperty("before");
    expect(restore("2026-03-01T10:30")).toMatchObject({
      confirmSites: 1,
      before: new Date(2026, 2, 1, 10, 30).toISOString(),
    });
  });

  it("says where they go", () => {
    expect(bulkInput(draft("MOVE", { benchId: "4" }), ["1", "2"])).toMatchObject({
      deed: "MOVE",
      benchId: "4",
    });
  });

  it("sets a key, or removes it", () => {
    expect(bulkInput(draft("CONFIGURE", { key: "a", value: "true" }), ["1"])).toMatchObject({
      changes: [{ name: "a", value: "true" }],
    });
    expect(bulkInput(draft("CONFIGURE", { key: "a" }), ["1"])).toMatchObject({
      changes: [{ name: "a", value: null }],
    });
  });

  it("asks for nothing of another deed that was typed before", () => {
    const typed = {
      pattern: "{name}.example.org",
      certificate: true,
      elsewhere: true,
      app: "shop",
    };
    expect(bulkInput(draft("RENAME", typed), ["1"])).toMatchObject({
      pattern: "{name}.example.org",
      certificate: false,
      elsewhere: false,
      app: "",
    });
  });
});
