import { type RefObject, useEffect, useRef, useState } from "react";

/** `/` for the search, `j` and `k` to move through the rows, Enter to open one. Returns the row that the keys are on. */
export function useRowKeys(
  rows: number,
  searchBox: RefObject<HTMLInputElement | null>,
  open: (index: number) => void,
): number {
  const [active, setActive] = useState(-1);
  const on = Math.min(active, rows - 1);
  const newest = useRef({ rows, on, open });
  useEffect(() => {
    newest.current = { rows, on, open };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) {
        return;
      }
      const { rows, on, open } = newest.current;
      switch (event.key) {
        case "/":
          searchBox.current?.focus();
          break;
        case "j":
          setActive(Math.min(on + 1, rows - 1));
          break;
        case "k":
          setActive(Math.max(on - 1, 0));
          break;
        case "Enter":
          if (on < 0 || (event.target instanceof Element && event.target.matches("a, button"))) {
            return;
          }
          open(on);
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [searchBox]);
  return on;
}

function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    (target.matches("input:not([type=checkbox]), textarea, select") ||
      target.closest("[role=dialog], [role=menu]") !== null)
  );
}
