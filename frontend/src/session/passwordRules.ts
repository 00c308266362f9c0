/** The least number of characters that the server accepts. */
export const MIN_PASSWORD = 12;

/** What is wrong with a new password; undefined when nothing is. */
export function passwordProblem(current: string, next: string): string | undefined {
  const length = [...next].length;
  if (length < MIN_PASSWORD) {
    const missing = MIN_PASSWORD - length;
    return `${missing} more ${missing === 1 ? "character" : "characters"}`;
  }
  return next === current ? "This is the password you have now" : undefined;
}

/** What is wrong with its repetition; undefined when nothing is. */
export function repeatProblem(next: string, repeated: string): string | undefined {
  return next === repeated ? undefined : "The two are not the same";
}
