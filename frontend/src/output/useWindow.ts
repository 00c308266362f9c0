import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import {
  elementHeight,
  lastTop,
  listHeight,
  scrollTopOf,
  topForRow,
  topOf,
  visibleRows,
  type WindowSize,
} from "./window";

/** A scrolled list of rows of equal height, of any number. */
export interface ScrollWindow {
  frame: RefObject<HTMLDivElement | null>;
  /** Height of the element inside the frame. */
  height: number;
  /** Where the first drawn row goes, from the top of that element. */
  offset: number;
  /** The drawn rows: first, and one past the last. */
  rows: [number, number];
  /** The first row in sight. */
  topRow: number;
  onScroll: () => void;
  showRow: (row: number) => void;
  scrollBy: (pixels: number) => void;
}

/**
 * Draws only the rows in sight. While `follow` is true the last row stays in sight; `onFollow` says
 * that somebody scrolled away from it, or back.
 */
export function useWindow(
  count: number,
  rowHeight: number,
  follow: boolean,
  onFollow: (follow: boolean) => void,
): ScrollWindow {
  const frame = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(600);
  const [top, setTop] = useState(0);
  const lastScroll = useRef(0);
  const size: WindowSize = { rows: count, rowHeight, height };
  const shown = Math.min(top, lastTop(size));
  const scaled = elementHeight(size) < listHeight(size);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const measure = () => setHeight(element.clientHeight || 600);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const moveTo = useCallback(
    (wanted: number) => {
      const element = frame.current;
      const at = { rows: count, rowHeight, height };
      const next = Math.min(Math.max(0, wanted), lastTop(at));
      setTop(next);
      if (element) {
        element.scrollTop = scrollTopOf(at, next);
        lastScroll.current = element.scrollTop;
      }
    },
    [count, rowHeight, height],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new row moves the end
  useLayoutEffect(() => {
    if (follow) {
      moveTo(Number.POSITIVE_INFINITY);
    }
  }, [follow, count, height, moveTo]);

  const onScroll = () => {
    const element = frame.current;
    if (!element || Math.abs(element.scrollTop - lastScroll.current) < 1) {
      return;
    }
    const up = element.scrollTop < lastScroll.current;
    lastScroll.current = element.scrollTop;
    setTop(topOf(size, element.scrollTop));
    const atEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 2;
    if (up && !atEnd) {
      onFollow(false);
    } else if (atEnd) {
      onFollow(true);
    }
  };

  const scrollBy = useCallback(
    (pixels: number) => {
      moveTo(shown + pixels);
      if (pixels < 0) {
        onFollow(false);
      } else if (shown + pixels >= lastTop({ rows: count, rowHeight, height }) - 1) {
        onFollow(true);
      }
    },
    [moveTo, shown, onFollow, count, rowHeight, height],
  );

  // Where the scrollbar stands for more than its length, the wheel still moves by lines.
  useEffect(() => {
    const element = frame.current;
    if (!element || !scaled) {
      return;
    }
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) {
        return;
      }
      event.preventDefault();
      scrollBy(event.deltaMode === 1 ? event.deltaY * rowHeight : event.deltaY);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [scaled, scrollBy, rowHeight]);

  const showRow = (row: number) => moveTo(topForRow(size, row));

  const rows = visibleRows(size, shown, 16);
  return {
    frame,
    height: elementHeight(size),
    offset: scrollTopOf(size, shown) + rows[0] * rowHeight - shown,
    rows,
    topRow: Math.min(Math.floor(shown / rowHeight), Math.max(0, count - 1)),
    onScroll,
    showRow,
    scrollBy,
  };
}
