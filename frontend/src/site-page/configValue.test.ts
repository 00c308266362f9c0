import { expect, it } from "vitest";
import { configKeyFault, configValue } from "./configValue";

it("writes values as JSON, and says what is none", () => {
  expect(configValue("text", 'it\'s "fine"')).toEqual({ json: '"it\'s \\"fine\\""' });
  expect(configValue("number", "7.5")).toEqual({ json: "7.5" });
  expect(configValue("number", "")).toHaveProperty("fault");
  expect(configValue("number", "many")).toHaveProperty("fault");
  expect(configValue("flag", "true")).toEqual({ json: "true" });
  expect(configValue("flag", "")).toEqual({ json: "false" });
});

it("knows keys", () => {
  expect(configKeyFault("max_file_size")).toBe("");
  expect(configKeyFault("Max-Size")).not.toBe("");
});
