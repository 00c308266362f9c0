// Where the tiles of a deploy go: one small square a site, grouped by server, so that thousands fit on a screen.

/** A group of tiles: its title above, its tiles in rows below. */
export interface TileGroup {
  /** Index of the group as given. */
  group: number;
  left: number;
  top: number;
  width: number;
  height: number;
  columns: number;
}

/** A whole field of tiles. */
export interface TileField {
  /** Side of a tile and the gap after it, in pixels. */
  tile: number;
  gap: number;
  height: number;
  groups: TileGroup[];
}

/** Height of a group's title. */
export const titleHeight = 22;
const titleWidth = 120;
const groupGap = 16;

/** Sizes of tiles that are tried, largest first. */
const sizes = [18, 16, 14, 12, 10, 8, 7, 6];

/** Lays out groups of `counts` tiles in `width` pixels, with the largest tiles that fit into `height`. */
export function tileField(counts: readonly number[], width: number, height: number): TileField {
  let best = placed(counts, width, 1, sizes[0] as number);
  const beside = Math.max(1, Math.floor((width + groupGap) / (titleWidth + groupGap)));
  for (const size of sizes) {
    // The fewest groups beside one another that fit: wide blocks read better than tall ones.
    for (let across = 1; across <= Math.min(beside, counts.length); across++) {
      const field = placed(counts, width, across, size);
      if (field.height <= height) {
        return field;
      }
      if (field.height < best.height) {
        best = field;
      }
    }
  }
  return best;
}

function placed(counts: readonly number[], width: number, across: number, tile: number): TileField {
  const gap = tile >= 14 ? 3 : tile >= 8 ? 2 : 1;
  const pitch = tile + gap;
  const groupWidth = Math.floor((width - (across - 1) * groupGap) / across);
  const columns = Math.max(1, Math.floor((groupWidth + gap) / pitch));
  const groups: TileGroup[] = [];
  let top = 0;
  for (let first = 0; first < counts.length; first += across) {
    let rowHeight = 0;
    for (let group = first; group < Math.min(first + across, counts.length); group++) {
      const rows = Math.ceil((counts[group] as number) / columns);
      const left = (group - first) * (groupWidth + groupGap);
      const height = titleHeight + rows * pitch - gap;
      groups.push({ group, left, top, width: groupWidth, height, columns });
      rowHeight = Math.max(rowHeight, height);
    }
    top += rowHeight + groupGap;
  }
  return { tile, gap, height: Math.max(0, top - groupGap), groups };
}

/** Left and top of a tile within the field. */
export function tileAt(field: TileField, group: TileGroup, index: number): [number, number] {
  const pitch = field.tile + field.gap;
  return [
    group.left + (index % group.columns) * pitch,
    group.top + titleHeight + Math.floor(index / group.columns) * pitch,
  ];
}

/** Which tile a point is on: its group's index and its own, or null between them. */
export function tileUnder(
  field: TileField,
  counts: readonly number[],
  x: number,
  y: number,
): { group: number; index: number } | null {
  const pitch = field.tile + field.gap;
  for (const group of field.groups) {
    const inX = x - group.left;
    const inY = y - group.top - titleHeight;
    if (inX < 0 || inY < 0 || inX >= group.width || y >= group.top + group.height) {
      continue;
    }
    const column = Math.floor(inX / pitch);
    const index = Math.floor(inY / pitch) * group.columns + column;
    if (column >= group.columns) {
      continue;
    }
    if (index < (counts[group.group] ?? 0)) {
      return { group: group.group, index };
    }
  }
  return null;
}
