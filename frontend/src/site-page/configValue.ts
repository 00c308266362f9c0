/** What a key of a configuration may hold. */
export type ConfigKind = "text" | "number" | "flag";

/** A value as JSON, or why it is none. */
export function configValue(kind: ConfigKind, text: string): { json: string } | { fault: string } {
  switch (kind) {
    case "text":
      return { json: JSON.stringify(text) };
    case "flag":
      return { json: text === "true" ? "true" : "false" };
    case "number": {
      const number = Number(text);
      return text.trim() !== "" && Number.isFinite(number)
        ? { json: JSON.stringify(number) }
        : { fault: "A number, such as 10485760." };
    }
  }
}

/** Why something is no key; empty when it is one. Which keys may be set, Central says. */
export function configKeyFault(name: string): string {
  return /^[a-z][a-z0-9_]{0,79}$/.test(name)
    ? ""
    : "A lower-case letter, then up to 79 lower-case letters, digits and underscores.";
}
