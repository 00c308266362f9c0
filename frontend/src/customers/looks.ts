import type {
  ReminderKind,
  ReminderMail,
  SignUpState,
  SubscriptionEvent,
  SubscriptionState,
} from "../gql/schema";
import type { Look } from "../ui/tones";

export const stateLooks: Record<SubscriptionState, Look> = {
  TRIAL: { tone: "idle", word: "Trial" },
  ACTIVE: { tone: "done", word: "Active" },
  PAST_DUE: { tone: "wait", word: "Past due" },
  SUSPENDED: { tone: "bad", word: "Suspended" },
  CANCELLED: { tone: "idle", word: "Cancelled" },
  ARCHIVED: { tone: "idle", word: "Archived" },
};

export const stateOptions = (Object.keys(stateLooks) as SubscriptionState[]).map((value) => ({
  value,
  label: stateLooks[value].word,
}));

export const signUpLooks: Record<SignUpState, Look> = {
  UNVERIFIED: { tone: "idle", word: "Not confirmed" },
  QUEUED: { tone: "wait", word: "Waits for a site" },
  PREPARING: { tone: "run", word: "Preparing" },
  READY: { tone: "done", word: "Ready" },
  EXPIRED: { tone: "idle", word: "Expired" },
  FAILED: { tone: "bad", word: "No site" },
};

export const signUpOptions = (Object.keys(signUpLooks) as SignUpState[]).map((value) => ({
  value,
  label: signUpLooks[value].word,
}));

/** What follows when a state ends, before `in 3 d`. */
export const endWords: Record<SubscriptionState, string> = {
  TRIAL: "trial ends",
  ACTIVE: "paid until",
  PAST_DUE: "suspended",
  SUSPENDED: "cancelled",
  CANCELLED: "archived",
  ARCHIVED: "",
};

export const eventWords: Record<SubscriptionEvent, string> = {
  CREATED: "Began",
  TRIAL_ENDED: "Trial ended",
  PERIOD_ENDED: "Paid period ended",
  GRACE_ENDED: "Not paid in time",
  SUSPENSION_ENDED: "Suspended for 60 days",
  RETENTION_ENDED: "Cancelled for 90 days",
  PERIOD_PAID: "Paid",
  PAYMENT: "Money came",
  TRIAL_EXTENDED: "Trial extended",
  PLAN_CHANGED: "Plan changed",
  SITE_CHANGED: "Site changed",
  END_CHOSEN: "To be cancelled",
  END_TAKEN_BACK: "Kept after all",
  CANCELLED: "Cancelled",
  RESUMED_TRIAL: "Resumed",
  RESUMED_PAID: "Resumed",
  RESUMED_UNPAID: "Resumed, to be paid",
};

export const reminderWords: Record<ReminderKind, string> = {
  TRIAL_ENDS: "The trial ends soon",
  PERIOD_ENDS: "The paid period ends soon",
  PAST_DUE: "A price is due",
  GRACE_ENDS: "The site is suspended tomorrow",
  SUSPENDED: "The site is suspended",
  CANCELLATION_NEAR: "It is cancelled in a week",
  CANCELLED: "It is cancelled",
};

export const reminderLooks: Record<ReminderMail, Look> = {
  WAITING: { tone: "wait", word: "Not sent yet" },
  SENT: { tone: "done", word: "Sent" },
  FAILED: { tone: "bad", word: "Not sent" },
  OUTDATED: { tone: "idle", word: "Not needed" },
};
