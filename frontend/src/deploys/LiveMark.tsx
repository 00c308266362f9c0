import type { StreamState } from "../client/follow";
import type { EventsState } from "../client/useEvents";
import classes from "./LiveMark.module.css";

const words: Record<StreamState, { word: string; tone: string }> = {
  connecting: { word: "connecting", tone: "idle" },
  live: { word: "live", tone: "live" },
  "catching-up": { word: "catching up", tone: "wait" },
  offline: { word: "line lost", tone: "bad" },
  ended: { word: "ended", tone: "idle" },
  failed: { word: "cannot be followed", tone: "bad" },
};

/** Whether what is shown moves as it happens. */
export function LiveMark({ stream }: { stream: EventsState }) {
  const { word, tone } = words[stream.state];
  return (
    <span className={classes.mark} data-tone={tone} role="status">
      <span className={classes.dot} />
      {word}
    </span>
  );
}
