import { print } from "graphql";
import type { Client as SocketClient } from "graphql-ws";
import type { TypedDocumentNode } from "urql";

/** Where a stream of events stands. */
export type StreamState =
  | "connecting"
  | "live"
  /** Connected again after a loss; replaying what was missed. */
  | "catching-up"
  /** No line; tried again for ever. */
  | "offline"
  /** The stream came to its end. */
  | "ended"
  /** Central refused it; see the error. */
  | "failed";

/** What to follow, from where, and who is told. */
export interface FollowOptions<Data, Event extends { seq: number }> {
  socket: Pick<SocketClient, "subscribe">;
  document: TypedDocumentNode<Data, never>;
  variables: Record<string, unknown>;
  /** Sequence number of the last event that is known already; 0 for none. */
  after: number;
  eventOf: (data: Data) => Event;
  /** Events in the order of their numbers, without gaps and without repeats, some at a time. */
  onEvents: (events: Event[]) => void;
  onState: (state: StreamState, errors?: readonly unknown[]) => void;
  /** Whether the socket is connected now. */
  isOpen?: () => boolean;
  /** Runs `flush` soon, once; the default is the next frame of the page. */
  schedule?: (flush: () => void) => void;
  /** Milliseconds before try number `attempt` (from 1) after a loss. */
  delay?: (attempt: number) => number;
}

/** How long a reconnected stream may be silent before it counts as caught up. */
const QUIET_MS = 400;

/**
 * Follows a subscription that has a cursor. A lost connection is made again for ever, and the
 * subscription begins again after the last event seen, so a reconnect loses and repeats nothing.
 * (graphql-ws's own retry would send the first cursor again and replay everything.)
 * Returns what stops it.
 */
export function follow<Data, Event extends { seq: number }>(
  options: FollowOptions<Data, Event>,
): () => void {
  const { socket, variables, eventOf, onEvents, onState } = options;
  const query = print(options.document);
  const schedule = options.schedule ?? nextFrame;
  const delay = options.delay ?? backoff;
  let last = options.after;
  let attempt = 0;
  let stopped = false;
  let unsubscribe: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let pending: Event[] = [];

  const flush = () => {
    if (stopped || pending.length === 0) {
      return;
    }
    const events = pending;
    pending = [];
    onEvents(events);
  };

  const isOpen = options.isOpen ?? (() => true);

  const caughtUp = () => {
    if (!isOpen()) {
      quiet = setTimeout(caughtUp, QUIET_MS);
      return;
    }
    attempt = 0;
    onState("live");
  };

  const restart = () => {
    if (stopped) {
      return;
    }
    unsubscribe = undefined;
    clearTimeout(quiet);
    attempt += 1;
    onState("offline");
    timer = setTimeout(start, delay(attempt));
  };

  const tryNow = () => {
    if (timer !== undefined) {
      clearTimeout(timer);
      start();
    }
  };

  function start() {
    timer = undefined;
    const again = attempt > 0;
    let settled = false;
    const settle = (then: () => void) => {
      if (!settled && !stopped) {
        settled = true;
        clearTimeout(quiet);
        then();
      }
    };
    unsubscribe = socket.subscribe<Data>(
      { query, variables: { ...variables, after: last } },
      {
        next: (result) => {
          if (settled || stopped) {
            return;
          }
          if (result.errors || !result.data) {
            settle(() => {
              unsubscribe?.();
              onState("failed", result.errors ?? []);
            });
            return;
          }
          const event = eventOf(result.data as Data);
          if (event.seq <= last) {
            return;
          }
          last = event.seq;
          pending.push(event);
          if (pending.length === 1) {
            schedule(flush);
          }
          clearTimeout(quiet);
          if (again && attempt > 0) {
            onState("catching-up");
            quiet = setTimeout(caughtUp, QUIET_MS);
          } else {
            caughtUp();
          }
        },
        error: (error) => {
          settle(() => {
            if (Array.isArray(error)) {
              flush();
              onState("failed", error);
            } else {
              restart();
            }
          });
        },
        complete: () => {
          settle(() => {
            flush();
            onState("ended");
          });
        },
      },
    );
    if (!settled) {
      quiet = setTimeout(caughtUp, QUIET_MS);
    }
  }

  onState("connecting");
  start();
  globalThis.addEventListener?.("online", tryNow);

  return () => {
    flush();
    stopped = true;
    clearTimeout(timer);
    clearTimeout(quiet);
    globalThis.removeEventListener?.("online", tryNow);
    unsubscribe?.();
  };
}

/** A quarter of a second at first, five seconds at most, spread so that not all pages come at once. */
function backoff(attempt: number): number {
  const base = Math.min(5000, 250 * 2 ** (attempt - 1));
  return base * (0.75 + Math.random() * 0.5);
}

/** Frames stop in a hidden window; a timer does not, so its reducer keeps up. */
function nextFrame(flush: () => void) {
  if (globalThis.document?.visibilityState === "visible") {
    requestAnimationFrame(flush);
  } else {
    setTimeout(flush, 100);
  }
}
