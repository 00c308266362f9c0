/** One step of the way to where one is. */
export interface Crumb {
  to: string;
  word: string;
}

/** What is below a thing. */
const parts: Record<string, string> = { adopt: "Look for benches", new: "New" };

/**
 * The way to an address: the page of the rail, the thing on it, what is below that. `name` is what the thing is
 * called; while it is not known, its id stands there.
 */
export function crumbsOf(
  pathname: string,
  pages: readonly { to: string; name: string }[],
  name: string | undefined,
): Crumb[] {
  const [, first = "", ...rest] = pathname.split("/");
  const page = pages.find(({ to }) => to === `/${first}`);
  if (!page) {
    return [];
  }
  const things = rest.filter(Boolean).map((part, index) => ({
    to: `/${[first, ...rest.slice(0, index + 1)].join("/")}`,
    word: (index === 0 ? name : undefined) ?? parts[part] ?? decodeURIComponent(part),
  }));
  return [{ to: page.to, word: page.name }, ...things];
}
