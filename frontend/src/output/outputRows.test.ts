import { describe, expect, test } from "vitest";
import { mapRows, rowAt, rowOfLine, sectionOf } from "./outputRows";
import type { Section } from "./outputState";

function section(title: string, from: number): Section {
  return { title, from, status: "DONE", undone: false, startedAt: 0, millis: null };
}

// Lines 0-1 before any step, 2-4 in backup, none in move, 5-6 in migrate.
const state = {
  sections: [section("", 0), section("backup", 2), section("move", 5), section("migrate", 5)],
  count: 7,
};

describe("rows", () => {
  test("headings stand above their lines", () => {
    const map = mapRows(state, new Set());
    expect(map.rows).toBe(10);
    expect(Array.from({ length: 10 }, (_, row) => rowAt(map, row))).toEqual([
      { line: 0, section: 0 },
      { line: 1, section: 0 },
      { heading: 1 },
      { line: 2, section: 1 },
      { line: 3, section: 1 },
      { line: 4, section: 1 },
      { heading: 2 },
      { heading: 3 },
      { line: 5, section: 3 },
      { line: 6, section: 3 },
    ]);
  });

  test("a folded section is its heading", () => {
    const map = mapRows(state, new Set([1]));
    expect(map.rows).toBe(7);
    expect(rowAt(map, 3)).toEqual({ heading: 2 });
    expect(rowOfLine(map, 3)).toBe(2);
  });

  test("lines without a step do not fold", () => {
    expect(mapRows(state, new Set([0])).rows).toBe(10);
  });

  test("every line finds its row and section", () => {
    const map = mapRows(state, new Set());
    for (let line = 0; line < 7; line++) {
      const row = rowAt(map, rowOfLine(map, line));
      expect(row).toMatchObject({ line });
      expect(row).toMatchObject({ section: sectionOf(map, line) });
    }
  });

  test("nothing at all", () => {
    const map = mapRows({ sections: [], count: 0 }, new Set());
    expect(map.rows).toBe(0);
    expect(rowOfLine(map, 0)).toBe(0);
  });
});
