import { ActionIcon, Modal, Tooltip } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type RefObject,
  useDeferredValue,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import type { EventsState } from "../client/useEvents";
import { download } from "../ui/download";
import { ErrorPanel } from "../ui/ErrorPanel";
import { plainText } from "./ansi";
import type { LineRange } from "./lineHash";
import { OutputHeading } from "./OutputHeading";
import { OutputLine } from "./OutputLine";
import { OutputToolbar } from "./OutputToolbar";
import classes from "./OutputViewer.module.css";
import { mapRows, rowAt, rowOfLine, sectionOf } from "./outputRows";
import { type Hits, neighbour, noHits, search } from "./outputSearch";
import { finished, type Line, type OutputState } from "./outputState";
import { outputText } from "./outputText";
import { useWindow } from "./useWindow";

/** Height of a line and of a heading, in pixels. */
const rowHeight = 22;

/** What stands beside a viewer may ask of it. */
export interface OutputViewerHandle {
  showSection: (section: number) => void;
}

/**
 * The output of an action: steps that fold, numbered lines, search, follow. `range` are the lines that
 * the address points at, `onRange` changes it.
 */
export function OutputViewer({
  output,
  stream,
  range,
  onRange,
  name,
  handle,
}: {
  output: OutputState;
  stream: EventsState;
  range: LineRange | null;
  onRange: (range: LineRange | null) => void;
  /** What the output is of; names the downloaded file. */
  name: string;
  handle?: RefObject<OutputViewerHandle | null>;
}) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [follow, setFollow] = useState(range === null);
  const [times, setTimes] = useState(false);
  const [needle, setNeedle] = useState("");
  const [hit, setHit] = useState(-1);
  const [longLine, setLongLine] = useState<number | null>(null);
  const root = useRef<HTMLElement>(null);

  const map = useMemo(() => mapRows(output, folded), [output, folded]);
  const hits = useHits(output, useDeferredValue(needle));
  const ended = stream.state === "ended" || finished(output.status);
  const view = useWindow(map.rows, rowHeight, follow, setFollow);
  const failure = output.sections.findLastIndex((section) => section.status === "FAILED");

  const unfold = (line: number) => {
    const section = sectionOf(map, line);
    if (!map.folded[section]) {
      return map;
    }
    const next = new Set(folded);
    next.delete(section);
    setFolded(next);
    return mapRows(output, next);
  };
  const showLine = (line: number) => {
    setFollow(false);
    view.showRow(rowOfLine(unfold(line), line));
  };

  useImperativeHandle(handle, () => ({
    showSection: (section) => {
      setFollow(false);
      view.showRow((map.first[section] ?? 0) + 6);
    },
  }));

  // The line that the address points at is shown once, as soon as it is there.
  const [shownRange, setShownRange] = useState<LineRange | null>(null);
  if (range && range.from <= output.count && !same(range, shownRange)) {
    setShownRange(range);
    queueMicrotask(() => showLine(range.from - 1));
  }
  // An output that was over when it was opened and failed shows where.
  const [opened, setOpened] = useState(false);
  if (stream.state === "ended" && !opened) {
    setOpened(true);
    const end = failure < 0 ? undefined : (map.to[failure] as number) - 1;
    if (end !== undefined && follow && !range && end >= (map.from[failure] as number)) {
      queueMicrotask(() => showLine(end));
    }
  }

  const goToHit = (step: 1 | -1) => {
    // What is drawn may be a moment behind what was typed.
    const newest = search(hits, output.lines, output.count, needle);
    const from = newest.lines[hit] ?? (step === 1 ? -1 : output.count);
    const next = neighbour(newest, from, step);
    setHit(next);
    const line = newest.lines[next];
    if (line !== undefined) {
      showLine(line);
    }
  };
  const find = (text: string) => {
    setNeedle(text);
    setHit(-1);
  };
  const toggle = (section: number) => {
    setFollow(false);
    const next = new Set(folded);
    if (!next.delete(section)) {
      next.add(section);
    }
    setFolded(next);
  };
  const pick = (line: number, extend: boolean) => {
    const number = line + 1;
    const next =
      extend && range
        ? { from: Math.min(range.from, number), to: Math.max(range.from, number) }
        : range?.from === number && range.to === number
          ? null
          : { from: number, to: number };
    setShownRange(next);
    onRange(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement;
    const finding = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey);
    if (finding || (event.key === "/" && !typing)) {
      event.preventDefault();
      root.current?.querySelector("input")?.focus();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "f") {
      setFollow(!follow);
    } else if (event.key === "n") {
      goToHit(1);
    } else if (event.key === "N") {
      goToHit(-1);
    }
  };

  const allFolded =
    output.sections.length > 0 &&
    output.sections.every((section, index) => section.title === "" || folded.has(index));
  const foldAll = () => {
    setFollow(false);
    setFolded(allFolded ? new Set() : new Set(output.sections.keys()));
  };

  const currentLine = hits.lines[hit];
  const digits = String(Math.max(output.count, 99)).length;
  const top = map.rows > 0 ? rowAt(map, view.topRow) : null;
  const topSection = top && "line" in top ? top.section : -1;

  return (
    <section
      ref={root}
      className={classes.viewer}
      aria-label={`Output of ${name}`}
      onKeyDown={onKeyDown}
    >
      <OutputToolbar
        count={output.count}
        stream={stream}
        ended={ended}
        needle={needle}
        onNeedle={find}
        hits={hits.lines.length}
        hit={hit}
        onHit={goToHit}
        times={times}
        onTimes={() => setTimes(!times)}
        folds={output.sections.some((section) => section.title !== "")}
        allFolded={allFolded}
        onFoldAll={foldAll}
        follow={follow}
        onFollow={() => setFollow(!follow)}
        onFailure={
          failure < 0 ? undefined : () => showLine(Math.max(0, (map.to[failure] as number) - 1))
        }
        onDownload={() => download(`${fileName(name)}.txt`, "text/plain", outputText(output))}
      />
      {stream.state === "failed" ? (
        <ErrorPanel title="The output cannot be followed" error={stream.errors} />
      ) : null}
      <div className={classes.stage}>
        {topSection >= 0 && output.sections[topSection]?.title ? (
          <div className={classes.pinned}>
            <OutputHeading
              section={output.sections[topSection]}
              lines={(map.to[topSection] as number) - (map.from[topSection] as number)}
              folded={false}
              onToggle={() => {
                toggle(topSection);
                view.showRow(map.first[topSection] as number);
              }}
            />
          </div>
        ) : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <div ref={view.frame} className={classes.frame} onScroll={view.onScroll} tabIndex={0}>
          {map.rows === 0 ? (
            <div className={classes.nothing}>
              <IconFileText size={18} aria-hidden />
              {ended
                ? "Nothing was said."
                : "Nothing has been said yet. Lines appear here as they come."}
            </div>
          ) : (
            <div className={classes.list} style={{ height: view.height }}>
              <div className={classes.rows} style={{ transform: `translateY(${view.offset}px)` }}>
                {Array.from({ length: view.rows[1] - view.rows[0] }, (_, index) => {
                  const row = rowAt(map, view.rows[0] + index);
                  if ("heading" in row) {
                    const section = output.sections[row.heading];
                    return section ? (
                      <OutputHeading
                        key={`s${row.heading}`}
                        section={section}
                        lines={(map.to[row.heading] as number) - (map.from[row.heading] as number)}
                        folded={folded.has(row.heading)}
                        onToggle={() => toggle(row.heading)}
                      />
                    ) : null;
                  }
                  const number = row.line + 1;
                  return (
                    <OutputLine
                      key={row.line}
                      line={output.lines[row.line] as Line}
                      number={number}
                      digits={digits}
                      picked={range !== null && number >= range.from && number <= range.to}
                      hit={row.line === currentLine}
                      needle={hits.needle}
                      host={
                        output.hosts.length > 1
                          ? output.hosts.indexOf((output.lines[row.line] as Line).host)
                          : null
                      }
                      since={times ? (output.sections[0]?.startedAt ?? 0) : null}
                      onPick={pick}
                      onLong={setLongLine}
                    />
                  );
                })}
              </div>
            </div>
          )}
        </div>
        {!follow && !ended && map.rows > 0 ? (
          <Tooltip label="Follow the newest line (f)">
            <ActionIcon
              className={classes.toEnd}
              variant="filled"
              color="accent"
              radius="xl"
              size="lg"
              aria-label="Follow the newest line"
              onClick={() => setFollow(true)}
            >
              ↓
            </ActionIcon>
          </Tooltip>
        ) : null}
      </div>
      <Modal
        opened={longLine !== null}
        onClose={() => setLongLine(null)}
        title={`Line ${(longLine ?? 0) + 1}`}
        size="xl"
      >
        <pre className={classes.long}>
          {longLine === null ? "" : plainText(output.lines[longLine]?.text ?? "").slice(0, 200_000)}
        </pre>
      </Modal>
    </section>
  );
}

/** Lines with the needle; what was searched before is not searched again. */
function useHits(output: OutputState, needle: string): Hits {
  const [hits, setHits] = useState<Hits>(noHits);
  const next = search(hits, output.lines, output.count, needle);
  if (next !== hits) {
    setHits(next);
  }
  return next;
}

function same(a: LineRange, b: LineRange | null): boolean {
  return b !== null && a.from === b.from && a.to === b.to;
}

/** A name of letters, digits, dots and dashes. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-");
}
