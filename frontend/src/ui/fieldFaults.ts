import { faultsOf } from "../client/errors";

/**
 * What the server refused, by field of the input: `input.name` is `name`. What concerns no field of the
 * form is under the empty name.
 */
export function fieldFaults(error: unknown, fields: readonly string[]): Record<string, string> {
  const byField: Record<string, string> = {};
  if (!error) {
    return byField;
  }
  for (const fault of faultsOf(error)) {
    const path = fault.field.replace(/^input\./, "");
    const field =
      fields.find(
        (name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
      ) ?? "";
    byField[field] = byField[field] ? `${byField[field]} ${fault.message}` : fault.message;
  }
  return byField;
}
