// The window onto rows of equal height. Browsers refuse elements of more than some 17 million pixels, so past a
// limit the scrollbar stands for more than its own length.

/** The tallest element that is made. */
export const tallest = 12_000_000;

/** Sizes of a scrolled list. `top` is where the window begins, in pixels of the whole list, however long. */
export interface WindowSize {
  rows: number;
  rowHeight: number;
  height: number;
}

/** Height of the whole list. */
export function listHeight(size: WindowSize): number {
  return size.rows * size.rowHeight;
}

/** Height of the element that is scrolled. */
export function elementHeight(size: WindowSize): number {
  return Math.min(listHeight(size), tallest);
}

/** The highest possible top. */
export function lastTop(size: WindowSize): number {
  return Math.max(0, listHeight(size) - size.height);
}

/** What scrolling the element to `scrollTop` shows. */
export function topOf(size: WindowSize, scrollTop: number): number {
  const element = elementHeight(size) - size.height;
  if (element <= 0) {
    return 0;
  }
  return clamp((scrollTop * lastTop(size)) / element, 0, lastTop(size));
}

/** How far to scroll the element to show `top`. */
export function scrollTopOf(size: WindowSize, top: number): number {
  const list = lastTop(size);
  if (list === 0) {
    return 0;
  }
  return (clamp(top, 0, list) * (elementHeight(size) - size.height)) / list;
}

/** The rows to draw, some more than are seen: from, and one past the last. */
export function visibleRows(size: WindowSize, top: number, more = 8): [number, number] {
  const from = Math.max(0, Math.floor(top / size.rowHeight) - more);
  const to = Math.min(size.rows, Math.ceil((top + size.height) / size.rowHeight) + more);
  return [Math.min(from, to), to];
}

/** The top that shows a row in the middle. */
export function topForRow(size: WindowSize, row: number): number {
  return clamp((row + 0.5) * size.rowHeight - size.height / 2, 0, lastTop(size));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
