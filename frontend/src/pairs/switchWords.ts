import type { SwitchCheckState, SwitchKind } from "../gql/schema";
import type { Look } from "../ui/tones";

/** One thing that was looked at before a switch. */
export interface Check {
  name: string;
  state: SwitchCheckState;
  message: string;
}

export const checkLooks: Record<SwitchCheckState, Look> = {
  OK: { tone: "done", word: "OK" },
  WARNING: { tone: "wait", word: "Warning" },
  BLOCKING: { tone: "bad", word: "Blocking" },
};

/** What each kind of switch is called, and what happens. */
export const switchWords: Record<
  SwitchKind,
  { title: string; whatHappens: (master: string, slave: string) => string }
> = {
  SWITCH_OVER: {
    title: "Switch over",
    whatHappens: (master, slave) =>
      `${master} stops taking writes, ${slave} catches up to the last one and becomes the master, the proxies send ` +
      `visitors there, and ${master} follows it. Nothing that was saved is lost. If ${slave} cannot take over, ` +
      `${master} goes on as before.`,
  },
  FAIL_OVER: {
    title: "Fail over",
    whatHappens: (master, slave) =>
      `For when ${master} is gone. It is shut out on every path that still works, ${slave} applies what has arrived ` +
      `and becomes the master. What never reached ${slave} is lost. ${master} is kept out when it comes back, until ` +
      "it is rebuilt as the slave.",
  },
};

const order: Record<SwitchCheckState, number> = { BLOCKING: 0, WARNING: 1, OK: 2 };

/** The checks, what stands in the way first, otherwise in the order in which they were made. */
export function sortedChecks<One extends Check>(checks: readonly One[]): One[] {
  return [...checks].sort((a, b) => order[a.state] - order[b.state]);
}

/** Why a switch cannot begin, in a sentence; empty when nothing blocks it. */
export function blockedBy(checks: readonly Check[]): string {
  const [first, ...rest] = checks.filter(({ state }) => state === "BLOCKING");
  if (!first) {
    return "";
  }
  const more = rest.length === 0 ? "" : ` And ${rest.length} more.`;
  return `${first.name}: ${first.message}${more}`;
}
