/**
 * A key that makes sending a form twice harmless: 32 hexadecimal digits. Make it when the form opens,
 * not when it is sent.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
