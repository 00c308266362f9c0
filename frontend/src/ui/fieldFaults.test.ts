import { expect, test } from "vitest";
import { fieldFaults } from "./fieldFaults";

const fault = (message: string, field?: string) => ({
  message,
  extensions: { code: "INVALID", field },
});

test("faults stand at their fields, the others apart", () => {
  const error = [
    fault("The name is taken.", "input.name"),
    fault("No such commit.", "input.apps.1.commit"),
    fault("Too much.", "input.colour"),
    fault("The server is busy."),
  ];
  expect(fieldFaults(error, ["name", "apps"])).toEqual({
    name: "The name is taken.",
    apps: "No such commit.",
    "": "Too much. The server is busy.",
  });
});

test("no error, no faults", () => expect(fieldFaults(undefined, ["name"])).toEqual({}));
