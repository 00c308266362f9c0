import type { SubscriptionState } from "../gql/schema";
import type { CustomerForm } from "./search";

/** Something that can be done with a subscription; `why` says why not now, and is empty when it can. */
export interface Deed {
  form: CustomerForm;
  word: string;
  why: string;
}

/** What can be done with a subscription in its state, by the same rules as Central's. */
export function deedsOf({
  state,
  cancelAt,
  firstPaidAt,
}: {
  state: SubscriptionState;
  cancelAt: string | null;
  firstPaidAt: string | null;
}): Deed[] {
  const ended = state === "CANCELLED" || state === "ARCHIVED";
  const over = ended ? "It has ended" : "";
  const resumable = cancelAt !== null || state === "SUSPENDED" || state === "CANCELLED";
  return [
    { form: "pay", word: "Record a payment…", why: "" },
    { form: "plan", word: "Change the plan…", why: over },
    {
      form: "extend",
      word: "Extend the trial…",
      why: over || (firstPaidAt ? "It has been paid for; its trial is over" : ""),
    },
    { form: "site", word: "Change the site…", why: over },
    { form: "resume", word: "Resume…", why: resumable ? "" : "It runs, or is over for good" },
    { form: "cancel", word: "Cancel…", why: over },
  ];
}
