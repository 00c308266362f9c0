import { useLocation, useNavigate } from "@tanstack/react-router";

/** Lines that an address points at, counted from 1, both ends included. */
export interface LineRange {
  from: number;
  to: number;
}

/** Reads `L12` or `L12-L20`; null for anything else. */
export function parseLineHash(hash: string): LineRange | null {
  const match = /^#?L([1-9]\d{0,8})(?:-L([1-9]\d{0,8}))?$/.exec(hash);
  if (!match) {
    return null;
  }
  const one = Number(match[1]);
  const other = match[2] === undefined ? one : Number(match[2]);
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** The hash that points at lines. */
export function lineHash(range: LineRange): string {
  return range.from === range.to ? `L${range.from}` : `L${range.from}-L${range.to}`;
}

/** The lines that this page's address points at, and what changes them. */
export function useLineHash(): [LineRange | null, (range: LineRange | null) => void] {
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const point = (range: LineRange | null) => {
    void navigate({
      to: ".",
      search: true,
      hash: range ? lineHash(range) : "",
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    });
  };
  return [parseLineHash(hash), point];
}
