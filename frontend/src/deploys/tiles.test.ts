import { describe, expect, test } from "vitest";
import { tileAt, tileField, tileUnder } from "./tiles";

describe("tiles", () => {
  test("5,000 sites on 14 servers fit on a screen", () => {
    const counts = Array.from({ length: 14 }, () => 357);
    const field = tileField(counts, 1_100, 560);
    expect(field.height).toBeLessThanOrEqual(560);
    expect(field.tile).toBeGreaterThanOrEqual(6);
  });

  test("few sites get large tiles", () => {
    expect(tileField([6, 6], 1_100, 560).tile).toBe(18);
  });

  test("groups stay within the width and never overlap", () => {
    const counts = [40, 3, 120, 7, 60];
    const field = tileField(counts, 600, 300);
    for (const group of field.groups) {
      expect(group.left + group.width).toBeLessThanOrEqual(600);
    }
    for (const [i, a] of field.groups.entries()) {
      for (const b of field.groups.slice(i + 1)) {
        const apart =
          a.left + a.width <= b.left ||
          b.left + b.width <= a.left ||
          a.top + a.height <= b.top ||
          b.top + b.height <= a.top;
        expect(apart).toBe(true);
      }
    }
  });

  test("a narrow phone has at least one column", () => {
    const field = tileField([10], 5, 100);
    expect(field.groups[0]?.columns).toBe(1);
  });

  test("every tile is found under its own middle", () => {
    const counts = [40, 3, 120];
    const field = tileField(counts, 600, 300);
    counts.forEach((count, group) => {
      for (let index = 0; index < count; index++) {
        const place = field.groups[group];
        if (!place) {
          throw new Error("no group");
        }
        const [x, y] = tileAt(field, place, index);
        expect(tileUnder(field, counts, x + field.tile / 2, y + field.tile / 2)).toEqual({
          group,
          index,
        });
      }
    });
  });

  test("nothing is under a title or past the last tile", () => {
    const field = tileField([3], 600, 300);
    expect(tileUnder(field, [3], 5, 5)).toBeNull();
    expect(tileUnder(field, [3], 590, 30)).toBeNull();
  });
});
