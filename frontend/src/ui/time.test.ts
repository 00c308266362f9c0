import { describe, expect, it } from "vitest";
import { formatAgo, formatDuration } from "./time";

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [0.42, "0.4 s"],
    [9.94, "9.9 s"],
    [9.97, "10 s"],
    [12, "12 s"],
    [59.6, "1 m 00 s"],
    [64, "1 m 04 s"],
    [3599, "59 m 59 s"],
    [3600, "1 h 00 m"],
    [7500, "2 h 05 m"],
    [90_000, "1 d 01 h"],
    [-3, "0 s"],
    [Number.NaN, "0 s"],
  ])("writes %s as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("formatAgo", () => {
  const now = new Date("2026-05-01T12:00:00Z");
  it.each([
    ["2026-05-01T11:59:58Z", "just now"],
    ["2026-05-01T11:59:48Z", "12 s ago"],
    ["2026-05-01T11:56:00Z", "4 m ago"],
    ["2026-05-01T10:00:00Z", "2 h ago"],
    ["2026-04-28T12:00:00Z", "3 d ago"],
    ["2025-11-01T12:00:00Z", "6 mo ago"],
    ["2024-04-01T12:00:00Z", "2 y ago"],
    ["2026-05-01T12:02:30Z", "in 2 m"],
  ])("writes %s as %s", (then, text) => {
    expect(formatAgo(new Date(then), now)).toBe(text);
  });
});
