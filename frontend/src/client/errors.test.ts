import { GraphQLError } from "graphql";
import { CombinedError } from "urql";
import { describe, expect, it } from "vitest";
import { codeOf, faultsOf, isOffline } from "./errors";

describe("faultsOf", () => {
  it("reads code, sentence and field of every error", () => {
    const error = new CombinedError({
      graphQLErrors: [
        new GraphQLError("No site was chosen.", {
          extensions: { code: "NO_SITES", field: "input.siteIds" },
        }),
        new GraphQLError("Something else."),
      ],
    });
    expect(faultsOf(error)).toEqual([
      { code: "NO_SITES", message: "No site was chosen.", field: "input.siteIds" },
      { code: "INTERNAL", message: "Something else.", field: "" },
    ]);
  });

  it("tells no answer from a refusing one", () => {
    const none = new CombinedError({ networkError: new TypeError("Failed to fetch") });
    expect(isOffline(none)).toBe(true);
    const refused = new CombinedError({
      networkError: new Error("Bad Gateway"),
      response: new Response("", { status: 502 }),
    });
    expect(isOffline(refused)).toBe(false);
    expect(faultsOf(refused)[0]?.message).toContain("502");
  });

  it("reads the errors of a stream", () => {
    expect(codeOf([{ message: "Log in first.", extensions: { code: "UNAUTHENTICATED" } }])).toBe(
      "UNAUTHENTICATED",
    );
  });

  it("reads anything else as a fault of Central", () => {
    expect(faultsOf(new Error("boom"))).toEqual([{ code: "INTERNAL", message: "boom", field: "" }]);
  });
});
