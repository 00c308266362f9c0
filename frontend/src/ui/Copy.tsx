import { Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import classes from "./Copy.module.css";

/** A host name, commit or address in the monospaced face; a click copies the whole of it. */
export function Copy({ value, shown, what }: { value: string; shown?: string; what?: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  const copy = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
    clipboard.copy(value);
  };
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  return (
    <Tooltip label={clipboard.copied ? "Copied" : `Copy ${what ?? value}`}>
      <button
        type="button"
        className={classes.copy}
        data-copied={clipboard.copied || undefined}
        aria-label={`Copy ${what ? `${what} ` : ""}${shown ?? value}`}
        onClick={copy}
      >
        <span className={classes.text}>{shown ?? value}</span>
        <Icon size={12} className={classes.icon} aria-hidden />
      </button>
    </Tooltip>
  );
}
