import { useSyncExternalStore } from "react";

/** A length of time in words that line up in a column: `0.4 s`, `12 s`, `1 m 04 s`, `2 h 05 m`, `3 d 04 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) {
    return "0 s";
  }
  if (seconds > 0 && seconds < 9.95 && !Number.isInteger(seconds)) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) {
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  }
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** How long ago in one unit: `just now`, `12 s ago`, `4 m ago`, `2 h ago`, `3 d ago`, `5 mo ago`, `2 y ago`. */
export function formatAgo(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  const [size, unit] = largestUnit(Math.abs(seconds));
  if (unit === "") {
    return "just now";
  }
  const count = Math.floor(Math.abs(seconds) / size);
  return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
}

/** The exact moment in the viewer's zone, with its name. */
export function formatExact(moment: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" }).format(
    moment,
  );
}

function largestUnit(seconds: number): [number, string] {
  const units: [number, string][] = [
    [365 * 86_400, "y"],
    [30 * 86_400, "mo"],
    [86_400, "d"],
    [3600, "h"],
    [60, "m"],
    [5, "s"],
  ];
  const found = units.find(([size]) => seconds >= size);
  if (!found) {
    return [1, ""];
  }
  return found[1] === "s" ? [1, "s"] : found;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

let now = Date.now();
const watchers = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void) {
  watchers.add(watcher);
  clock ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) {
      each();
    }
  }, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(clock);
      clock = undefined;
    }
  };
}

function read() {
  if (watchers.size === 0) {
    now = Date.now();
  }
  return now;
}

/** Milliseconds since the epoch, moving once a second, one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(watch, read);
}

/** A text made of the time that renders again only when the text changes. */
export function useNowText(text: (now: number) => string): string {
  return useSyncExternalStore(watch, () => text(read()));
}
