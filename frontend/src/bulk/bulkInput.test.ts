import { describe, expect, it } from "vitest";
import { type BulkDraft, bulkInput } from "./bulkInput";

const draft: BulkDraft = { deed: "SERVE", serving: "SUSPENDED", key: "", value: null, app: "" };

describe("bulkInput", () => {
  it("asks for exactly the ticked sites", () => {
    expect(bulkInput(draft, ["1", "2"], false)).toEqual({
      siteIds: ["1", "2"],
      deed: "SERVE",
      app: "",
      serving: "SUSPENDED",
    });
  });

  it("asks for nothing while something is missing", () => {
    expect(bulkInput({ ...draft, deed: "CONFIGURE" }, ["1"], false)).toBeNull();
    expect(bulkInput({ ...draft, deed: "INSTALL_APP" }, ["1"], false)).toBeNull();
    expect(bulkInput({ ...draft, deed: "REMOVE_APP" }, ["1"], true)).toBeNull();
  });

  it("says how many sites lose an app only once that was confirmed", () => {
    const remove = { ...draft, deed: "REMOVE_APP" as const, app: "shop" };
    expect(bulkInput(remove, ["1", "2"], false)).toMatchObject({ confirmSites: null });
    expect(bulkInput(remove, ["1", "2"], true)).toMatchObject({ confirmSites: 2 });
  });

  it("sets a key, or removes it", () => {
    const configure = { ...draft, deed: "CONFIGURE" as const, key: "mute_emails" };
    expect(bulkInput({ ...configure, value: "true" }, ["1"], false)).toMatchObject({
      changes: [{ name: "mute_emails", value: "true" }],
    });
    expect(bulkInput(configure, ["1"], false)).toMatchObject({
      changes: [{ name: "mute_emails", value: null }],
    });
  });
});
