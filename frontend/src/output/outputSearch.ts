// Searching an output that grows: what was searched before is not searched again.

import { plainText } from "./ansi";
import type { Line } from "./outputState";

/** The lines that contain the needle, among the first `scanned` ones. */
export interface Hits {
  needle: string;
  scanned: number;
  lines: readonly number[];
}

export const noHits: Hits = { needle: "", scanned: 0, lines: [] };

/** Brings hits up to `count` lines. Upper and lower case are the same unless the needle has upper case. */
export function search(before: Hits, lines: readonly Line[], count: number, needle: string): Hits {
  if (needle === "") {
    return noHits;
  }
  const again = before.needle === needle && before.scanned <= count;
  if (again && before.scanned === count) {
    return before;
  }
  const found: number[] = again ? [...before.lines] : [];
  const exact = needle !== needle.toLowerCase();
  for (let index = again ? before.scanned : 0; index < count; index++) {
    const text = plainText((lines[index] as Line).text);
    if ((exact ? text : text.toLowerCase()).includes(needle)) {
      found.push(index);
    }
  }
  return { needle, scanned: count, lines: found };
}

/** Which hit comes after (or before) a line, going round at the ends; -1 when there is none. */
export function neighbour(hits: Hits, line: number, step: 1 | -1): number {
  if (hits.lines.length === 0) {
    return -1;
  }
  if (step === 1) {
    const next = hits.lines.findIndex((hit) => hit > line);
    return Math.max(next, 0);
  }
  const previous = hits.lines.findLastIndex((hit) => hit < line);
  return previous < 0 ? hits.lines.length - 1 : previous;
}

/** Cuts a text at each occurrence of the needle; every second part is one. */
export function splitAt(text: string, needle: string): string[] {
  if (needle === "") {
    return [text];
  }
  const haystack = needle === needle.toLowerCase() ? text.toLowerCase() : text;
  // Some letters change their length in lower case; positions would be wrong then.
  if (haystack.length !== text.length) {
    return [text];
  }
  const parts: string[] = [];
  let from = 0;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + needle.length));
    from = at + needle.length;
  }
  parts.push(text.slice(from));
  return parts;
}
