import { useState, useSyncExternalStore } from "react";

/** Holds a state that events are folded into, outside of rendering: each event is folded exactly once. */
class FoldStore<State, Event> {
  #state: State;
  #reduce: (state: State, events: readonly Event[]) => State;
  #listeners = new Set<() => void>();

  constructor(initial: State, reduce: (state: State, events: readonly Event[]) => State) {
    this.#state = initial;
    this.#reduce = reduce;
  }

  read = (): State => this.#state;

  push = (events: readonly Event[]) => {
    const next = this.#reduce(this.#state, events);
    if (next === this.#state) {
      return;
    }
    this.#state = next;
    for (const listener of this.#listeners) {
      listener();
    }
  };

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
}

/** The state so far, and what folds events into it. */
export function useFold<State, Event>(
  initial: State,
  reduce: (state: State, events: readonly Event[]) => State,
): [State, (events: readonly Event[]) => void] {
  const [store] = useState(() => new FoldStore(initial, reduce));
  return [useSyncExternalStore(store.subscribe, store.read), store.push];
}
