import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowsMaximize,
  IconArrowUp,
  IconChevronsDown,
  IconClock,
  IconDownload,
  IconExclamationCircle,
  IconFold,
  IconSearch,
  IconX,
} from "@tabler/icons-react";
import type { KeyboardEvent, ReactNode } from "react";
import type { EventsState } from "../client/useEvents";
import classes from "./OutputToolbar.module.css";

/** Search, and what else can be done with an output. */
export function OutputToolbar({
  count,
  stream,
  ended,
  needle,
  onNeedle,
  hits,
  hit,
  onHit,
  times,
  onTimes,
  folds,
  allFolded,
  onFoldAll,
  follow,
  onFollow,
  onFailure,
  onDownload,
}: {
  count: number;
  stream: EventsState;
  ended: boolean;
  needle: string;
  onNeedle: (needle: string) => void;
  hits: number;
  /** Which of the hits is shown, from 0; -1 for none. */
  hit: number;
  onHit: (step: 1 | -1) => void;
  times: boolean;
  onTimes: () => void;
  folds: boolean;
  allFolded: boolean;
  onFoldAll: () => void;
  follow: boolean;
  onFollow: () => void;
  onFailure: (() => void) | undefined;
  onDownload: () => void;
}) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") {
      event.preventDefault();
      onHit(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && needle !== "") {
      event.stopPropagation();
      onNeedle("");
    }
  };
  return (
    <div className={classes.bar}>
      <div className={classes.search}>
        <IconSearch size={14} aria-hidden />
        <input
          type="search"
          className={classes.input}
          aria-label="Search the output"
          placeholder="Search the output"
          value={needle}
          onChange={(event) => onNeedle(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {needle === "" ? null : (
          <>
            <span className={classes.count} role="status">
              {hits === 0
                ? "no line"
                : `${hit < 0 ? "" : `${(hit + 1).toLocaleString("en")} of `}${hits.toLocaleString("en")} ${hits === 1 ? "line" : "lines"}`}
            </span>
            <Tool label="Previous (Shift+Enter)" onClick={() => onHit(-1)} disabled={hits === 0}>
              <IconArrowUp size={14} />
            </Tool>
            <Tool label="Next (Enter)" onClick={() => onHit(1)} disabled={hits === 0}>
              <IconArrowDown size={14} />
            </Tool>
            <Tool label="Clear (Esc)" onClick={() => onNeedle("")}>
              <IconX size={14} />
            </Tool>
          </>
        )}
      </div>
      <span className={classes.lines}>
        {stream.state === "offline"
          ? "line lost, trying again"
          : stream.state === "catching-up"
            ? "catching up"
            : `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}`}
      </span>
      <div className={classes.tools}>
        {onFailure ? (
          <Tool label="Show what failed" onClick={onFailure} tone="bad">
            <IconExclamationCircle size={16} />
          </Tool>
        ) : null}
        <Tool label={times ? "Hide times" : "Time of each line"} onClick={onTimes} pressed={times}>
          <IconClock size={16} />
        </Tool>
        {folds ? (
          <Tool label={allFolded ? "Unfold all steps" : "Fold all steps"} onClick={onFoldAll}>
            {allFolded ? <IconArrowsMaximize size={16} /> : <IconFold size={16} />}
          </Tool>
        ) : null}
        <Tool label="Download as text" onClick={onDownload} disabled={count === 0}>
          <IconDownload size={16} />
        </Tool>
        {ended ? null : (
          <Tool
            label={follow ? "Stop following (f)" : "Follow (f)"}
            onClick={onFollow}
            pressed={follow}
          >
            <IconChevronsDown size={16} />
          </Tool>
        )}
      </div>
    </div>
  );
}

function Tool({
  label,
  onClick,
  disabled,
  pressed,
  tone,
  children,
}: {
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  tone?: "bad";
  children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        variant={pressed ? "light" : "subtle"}
        color={tone === "bad" ? "red" : pressed ? "accent" : "gray"}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled ?? false}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
