/** The ticked sites, by id, and where a range would begin. Ticks outlive filters; only `clear` ends them. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** The id that was ticked or unticked last by itself. */
  anchor: string | null;
}

export const noSelection: Selection = { ids: new Set(), anchor: null };

/** Ticks the site, or takes its tick away. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) {
    ids.add(id);
  }
  return { ids, anchor: id };
}

/**
 * Gives every site from the anchor to `id` the anchor's state. `list` is what is shown, in its order.
 * Without an anchor in the list it is a plain toggle.
 */
export function extend(selection: Selection, list: readonly string[], id: string): Selection {
  const from = selection.anchor === null ? -1 : list.indexOf(selection.anchor);
  const to = list.indexOf(id);
  if (from < 0 || to < 0) {
    return toggle(selection, id);
  }
  const ticked = selection.ids.has(selection.anchor ?? "");
  return {
    ids: changed(selection.ids, list.slice(Math.min(from, to), Math.max(from, to) + 1), ticked),
    anchor: id,
  };
}

/** Ticks all of `list`, or takes all their ticks away when every one is ticked already. */
export function toggleAll(selection: Selection, list: readonly string[]): Selection {
  return {
    ids: changed(selection.ids, list, howMany(selection, list) < list.length),
    anchor: null,
  };
}

/** Exactly these, for an explicit choice of all that match. */
export function choose(ids: readonly string[]): Selection {
  return { ids: new Set(ids), anchor: null };
}

/** How many of `list` are ticked. */
export function howMany(selection: Selection, list: readonly string[]): number {
  return list.reduce((count, id) => count + (selection.ids.has(id) ? 1 : 0), 0);
}

function changed(ids: ReadonlySet<string>, list: readonly string[], ticked: boolean) {
  const next = new Set(ids);
  for (const id of list) {
    if (ticked) {
      next.add(id);
    } else {
      next.delete(id);
    }
  }
  return next;
}
