import { useSyncExternalStore } from "react";

/** How this page stands with Central. */
export type ConnectionState =
  | { kind: "live" }
  /** The line is back; what was missed is being replayed. */
  | { kind: "catching-up" }
  /** Nothing comes through since then; it is tried again for ever. */
  | { kind: "offline"; since: Date };

/**
 * Gathers what requests and event streams see of the line, and says how it stands as a whole:
 * offline as soon as one of them fails, live again when none does.
 */
export class Connection {
  #failing = new Map<string, Date>();
  #catchingUp = new Set<string>();
  #state: ConnectionState = { kind: "live" };
  #listeners = new Set<() => void>();

  /** The line of `source` works. */
  up(source: string) {
    this.#failing.delete(source);
    this.#catchingUp.delete(source);
    this.#decide();
  }

  /** `source` is connected again and replays what it missed. */
  catchingUp(source: string) {
    this.#failing.delete(source);
    this.#catchingUp.add(source);
    this.#decide();
  }

  /** `source` cannot reach Central. */
  down(source: string, now = new Date()) {
    this.#catchingUp.delete(source);
    if (!this.#failing.has(source)) {
      this.#failing.set(source, now);
    }
    this.#decide();
  }

  /** `source` is closed on purpose and says nothing any more. */
  forget(source: string) {
    this.up(source);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  #decide() {
    const next = this.#judge();
    if (same(next, this.#state)) {
      return;
    }
    this.#state = next;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #judge(): ConnectionState {
    if (this.#failing.size > 0) {
      const times = [...this.#failing.values()].map((since) => since.getTime());
      return { kind: "offline", since: new Date(Math.min(...times)) };
    }
    return this.#catchingUp.size > 0 ? { kind: "catching-up" } : { kind: "live" };
  }
}

function same(a: ConnectionState, b: ConnectionState): boolean {
  if (a.kind === "offline" && b.kind === "offline") {
    return a.since.getTime() === b.since.getTime();
  }
  return a.kind === b.kind;
}

/** The one line of this page. */
export const connection = new Connection();

/** How the line stands now. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state);
}
