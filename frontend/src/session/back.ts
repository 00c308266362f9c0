/** The address to go on to: `value` when it is one inside Central, `/` otherwise. */
export function backOf(value: unknown): string {
  if (typeof value !== "string" || !/^\/(?![/\\])/.test(value)) {
    return "/";
  }
  return value.startsWith("/login") || value.startsWith("/password") ? "/" : value;
}
