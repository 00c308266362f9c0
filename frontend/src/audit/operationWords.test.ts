import { expect, test } from "vitest";
import { operationWords } from "./operationWords";

test("known operations have words", () =>
  expect(operationWords("deploySites")).toBe("Deployed sites"));
test("others are spaced", () => expect(operationWords("polishSite")).toBe("Polish site"));
test("nothing stays nothing", () => expect(operationWords("")).toBe(""));
