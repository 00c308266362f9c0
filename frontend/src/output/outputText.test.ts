import { expect, test } from "vitest";
import { emptyOutput, reduceOutput } from "./outputState";
import { outputText } from "./outputText";

const blank = {
  at: "2030-01-01T12:00:00Z",
  step: "",
  text: "",
  stream: "stdout",
  host: "",
  taskStatus: "",
};

test("steps are headings, colours are gone, hosts and tasks are said", () => {
  const state = reduceOutput(emptyOutput, [
    { ...blank, seq: 1, kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
    { ...blank, seq: 2, kind: "LINE", text: "\u001b[32mok\u001b[0m" },
    { ...blank, seq: 3, kind: "TASK", text: "install", host: "m-01", taskStatus: "changed" },
    { ...blank, seq: 4, kind: "STEP", step: "migrate", stepStatus: "DONE", millis: 2340 },
  ]);
  expect(outputText(state)).toBe("=== migrate · done · 2.3 s\nok\n[m-01] changed: install\n");
});
