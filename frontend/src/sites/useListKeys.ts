import { useEffect, useRef } from "react";

/** What the keys of a list do. */
export interface ListKeys {
  "/": () => void;
  j: () => void;
  k: () => void;
  x: () => void;
  Escape: () => void;
}

/** `/`, `j`, `k`, `x` and Escape for the list of this page, except while somebody types or a dialog is open. */
export function useListKeys(keys: ListKeys, enabled: boolean) {
  const newest = useRef(keys);
  useEffect(() => {
    newest.current = keys;
  });
  useEffect(() => {
    if (!enabled) {
      return;
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) {
        return;
      }
      const key = event.key as keyof ListKeys;
      if (Object.hasOwn(newest.current, key)) {
        event.preventDefault();
        newest.current[key]();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [enabled]);
}

function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable=true]") ||
      target.closest("[role=dialog], [role=menu]") !== null)
  );
}
