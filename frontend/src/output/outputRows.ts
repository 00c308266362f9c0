// Which row of the viewer shows what. Sections that are folded show their heading alone. Finding a row takes the
// logarithm of the number of sections, however many lines there are.

import type { OutputState } from "./outputState";

/** A row: the heading of a section, or a line. */
export type Row = { heading: number } | { line: number; section: number };

/** Where every section begins among the rows. */
export interface RowMap {
  rows: number;
  /** By section: its first row. */
  first: number[];
  /** By section: index of its first line, and one past its last. */
  from: number[];
  to: number[];
  headed: boolean[];
  folded: boolean[];
}

/** Lays out the rows of an output. */
export function mapRows(
  state: Pick<OutputState, "sections" | "count">,
  folded: ReadonlySet<number>,
): RowMap {
  const map: RowMap = { rows: 0, first: [], from: [], to: [], headed: [], folded: [] };
  state.sections.forEach((section, index) => {
    const to = state.sections[index + 1]?.from ?? state.count;
    const headed = section.title !== "";
    const hidden = headed && folded.has(index);
    map.first.push(map.rows);
    map.from.push(section.from);
    map.to.push(to);
    map.headed.push(headed);
    map.folded.push(hidden);
    map.rows += (headed ? 1 : 0) + (hidden ? 0 : to - section.from);
  });
  return map;
}

/** What a row shows; `row` counts from 0. */
export function rowAt(map: RowMap, row: number): Row {
  const section = lastAtMost(map.first, row, (index) => map.first[index + 1] === map.first[index]);
  const within = row - (map.first[section] as number);
  if (map.headed[section]) {
    if (within === 0) {
      return { heading: section };
    }
    return { line: (map.from[section] as number) + within - 1, section };
  }
  return { line: (map.from[section] as number) + within, section };
}

/** The section a line belongs to. */
export function sectionOf(map: RowMap, line: number): number {
  return lastAtMost(map.from, line, (index) => map.to[index] === map.from[index]);
}

/** The row of a line; of its section's heading when that is folded. */
export function rowOfLine(map: RowMap, line: number): number {
  const section = sectionOf(map, line);
  if (section < 0) {
    return 0;
  }
  const first = map.first[section] as number;
  if (map.folded[section]) {
    return first;
  }
  return first + (map.headed[section] ? 1 : 0) + line - (map.from[section] as number);
}

/** Index of the last start that is at most `value`, leaving out the empty ones. */
function lastAtMost(starts: number[], value: number, empty: (index: number) => boolean): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= value) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  while (low > 0 && empty(low)) {
    low--;
  }
  return starts.length === 0 ? -1 : low;
}
