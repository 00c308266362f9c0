import { useRef, useState } from "react";

/**
 * What was typed into a form, kept in this window until it is sent: neither an error nor a reload loses
 * it. Never for secrets. Returns the draft, what changes it, and what forgets it.
 */
export function useDraft<Draft extends object>(
  key: string,
  initial: Draft,
): [Draft, (changed: Partial<Draft>) => void, () => void] {
  const [draft, setDraft] = useState<Draft>(() => ({ ...initial, ...read(key) }));
  // What is typed while an answer is awaited is not undone by what that answer changes.
  const latest = useRef(draft);
  const change = (changed: Partial<Draft>) => {
    const next = { ...latest.current, ...changed };
    latest.current = next;
    setDraft(next);
    try {
      sessionStorage.setItem(storageKey(key), JSON.stringify(next));
    } catch {
      // Without storage a reload loses what was typed; everything else works.
    }
  };
  const forget = () => {
    latest.current = initial;
    setDraft(initial);
    sessionStorage.removeItem(storageKey(key));
  };
  return [draft, change, forget];
}

function storageKey(key: string): string {
  return `central-draft-${key}`;
}

function read(key: string): object {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey(key)) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
