import { describe, expect, test } from "vitest";
import {
  elementHeight,
  lastTop,
  scrollTopOf,
  tallest,
  topForRow,
  topOf,
  visibleRows,
} from "./window";

const small = { rows: 1_000, rowHeight: 20, height: 400 };
const huge = { rows: 10_000_000, rowHeight: 20, height: 400 };

describe("window", () => {
  test("a short list scrolls one to one", () => {
    expect(elementHeight(small)).toBe(20_000);
    expect(topOf(small, 1_234)).toBeCloseTo(1_234);
    expect(scrollTopOf(small, 1_234)).toBeCloseTo(1_234);
  });
  test("no list fits in less than its window", () => {
    const few = { rows: 3, rowHeight: 20, height: 400 };
    expect(lastTop(few)).toBe(0);
    expect(topOf(few, 50)).toBe(0);
    expect(visibleRows(few, 0)).toEqual([0, 3]);
  });
  test("ten million rows fit under the browser's limit, to the last", () => {
    expect(elementHeight(huge)).toBe(tallest);
    const bottom = topOf(huge, tallest - huge.height);
    expect(bottom).toBeCloseTo(lastTop(huge));
    expect(visibleRows(huge, bottom, 0)[1]).toBe(10_000_000);
  });
  test("there and back", () => {
    const top = 123_456_789;
    expect(topOf(huge, scrollTopOf(huge, top))).toBeCloseTo(top, 3);
  });
  test("rows in sight, and some more", () => {
    expect(visibleRows(small, 1_000, 0)).toEqual([50, 70]);
    expect(visibleRows(small, 1_000, 5)).toEqual([45, 75]);
    expect(visibleRows(small, 0, 5)).toEqual([0, 25]);
  });
  test("a row is brought to the middle where there is room", () => {
    expect(topForRow(small, 0)).toBe(0);
    expect(topForRow(small, 500)).toBe(500 * 20 + 10 - 200);
    expect(topForRow(small, 999)).toBe(lastTop(small));
  });
});
