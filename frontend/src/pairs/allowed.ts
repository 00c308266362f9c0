import { may } from "../client/me";
import type { PairStatus, Role } from "../gql/schema";
import type { Deed } from "./pairsSearch";

/** What these rules need of a pair. */
export interface Held {
  status: PairStatus;
  busyAction: { title: string } | null;
  slave: { name: string };
}

/** What each deed is called on its button. */
export const deedWords: Record<Deed, string> = {
  setUp: "Set up again",
  switchOver: "Switch over",
  failOver: "Fail over",
  rehearse: "Rehearse",
  rebuild: "Rebuild slave",
  dissolve: "Take apart",
};

/**
 * Why somebody of this role may not ask for a deed on the pair as it is now; empty when they may. What only the
 * servers themselves can say is asked by the dialog.
 */
export function whyNot(deed: Deed, pair: Held, role: Role): string {
  const needed: Role = deed === "rehearse" ? "OPERATOR" : "ADMIN";
  if (!may(role, needed)) {
    return needed === "ADMIN"
      ? "Administrators may do this; you may look."
      : "Operators may do this; you may look.";
  }
  if (pair.busyAction) {
    return `Wait until this has ended: ${pair.busyAction.title}.`;
  }
  const { status, slave } = pair;
  switch (deed) {
    case "setUp":
      return status === "FAILED_OVER" ? `${slave.name} does not follow: rebuild it first.` : "";
    case "dissolve":
      return "";
    case "rebuild":
      return status === "NEW" ? "The pair has not been set up yet." : "";
    case "failOver":
    case "switchOver":
    case "rehearse":
      if (status === "NEW") {
        return "The pair has not been set up yet.";
      }
      return status === "FAILED_OVER" ? `${slave.name} does not follow: rebuild it first.` : "";
  }
}

/** What a pair in this state most likely needs; null when it needs nothing. */
export function offered(status: PairStatus): Deed | null {
  switch (status) {
    case "NEW":
    case "FAILED":
      return "setUp";
    case "FAILED_OVER":
      return "rebuild";
    default:
      return null;
  }
}
