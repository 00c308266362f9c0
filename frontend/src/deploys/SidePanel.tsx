import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import classes from "./SidePanel.module.css";

/** A panel beside the page for one thing of it; the page stays usable. Esc closes it, j and k go on. */
export function SidePanel({
  title,
  badge,
  facts,
  onClose,
  onStep,
  children,
}: {
  title: ReactNode;
  badge: ReactNode;
  facts: ReactNode;
  onClose: () => void;
  onStep?: (by: 1 | -1) => void;
  children: ReactNode;
}) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    // Moving through the table keeps the focus there.
    if (!before?.closest('[role="table"]')) {
      panel.current?.focus({ preventScroll: true });
    }
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);
  useEffect(() => {
    const onEscape = (event: globalThis.KeyboardEvent) => {
      if (
        event.key === "Escape" &&
        !event.defaultPrevented &&
        !document.querySelector('[role="dialog"][aria-modal="true"]')
      ) {
        onClose();
      }
    };
    document.addEventListener("keydown", onEscape);
    return () => document.removeEventListener("keydown", onEscape);
  }, [onClose]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || !onStep) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      onStep(event.key === "j" ? 1 : -1);
    }
  };
  return (
    <aside
      ref={panel}
      className={classes.panel}
      tabIndex={-1}
      aria-label="Details"
      onKeyDown={onKeyDown}
    >
      <header className={classes.head}>
        <div className={classes.words}>
          <div className={classes.title}>
            {title} {badge}
          </div>
          <div className={classes.facts}>{facts}</div>
        </div>
        {onStep ? (
          <>
            <Tooltip label="Previous (k)">
              <ActionIcon aria-label="Previous" onClick={() => onStep(-1)}>
                <IconArrowUp size={16} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Next (j)">
              <ActionIcon aria-label="Next" onClick={() => onStep(1)}>
                <IconArrowDown size={16} />
              </ActionIcon>
            </Tooltip>
          </>
        ) : null}
        <Tooltip label="Close (Esc)">
          <ActionIcon aria-label="Close" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.body}>{children}</div>
    </aside>
  );
}
