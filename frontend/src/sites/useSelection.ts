import { useSessionStorage } from "@mantine/hooks";
import { useMemo } from "react";
import { choose, extend, noSelection, type Selection, toggle, toggleAll } from "./selection";

/** The ticked sites of this window; they survive a reload. */
export function useSelection() {
  const [selection, set] = useSessionStorage<Selection>({
    key: "central.sites.ticked",
    defaultValue: noSelection,
    getInitialValueInEffect: false,
    serialize: ({ ids, anchor }) => JSON.stringify({ ids: [...ids], anchor }),
    deserialize: readSelection,
  });
  const actions = useMemo(
    () => ({
      tick: (id: string) => set((current) => toggle(current, id)),
      tickTo: (list: readonly string[], id: string) => set((current) => extend(current, list, id)),
      tickAll: (list: readonly string[]) => set((current) => toggleAll(current, list)),
      choose: (ids: readonly string[]) => set(choose(ids)),
      clear: () => set(noSelection),
    }),
    [set],
  );
  return { selection, ...actions };
}

/** Reads what was stored; anything that is no selection is none. */
export function readSelection(stored: string | undefined): Selection {
  try {
    const { ids, anchor } = JSON.parse(stored ?? "") as { ids: unknown; anchor: unknown };
    if (Array.isArray(ids)) {
      return {
        ids: new Set(ids.filter((id) => typeof id === "string")),
        anchor: typeof anchor === "string" ? anchor : null,
      };
    }
  } catch {
    // Not ours, or cut short: nothing is ticked.
  }
  return noSelection;
}
