import type { SignUpState, SubscriptionOrderField, SubscriptionState } from "../gql/schema";
import { readTrail, type Trail } from "../ui/Pager";
import { signUpOptions, stateOptions } from "./looks";

/** What the address of the list of customers says. */
export interface CustomersSearch {
  /** Part of the name, address or company. */
  q?: string;
  state?: SubscriptionState[];
  trail?: Trail;
  /** The form for a new one is open. */
  add?: boolean;
}

/** What the address of the list of subscriptions says. */
export interface SubscriptionsSearch {
  q?: string;
  state?: SubscriptionState[];
  plan?: string[];
  /** Only those that use more than their plans allow. */
  over?: boolean;
  /** Newest first when left out. */
  sort?: "ENDS";
  trail?: Trail;
  /** The figures in place of the list. */
  view?: "figures";
}

/** What the address of the list of sign-ups says. */
export interface SignUpsSearch {
  q?: string;
  state?: SignUpState[];
  /** Only of those who signed up before. */
  repeated?: boolean;
  /** Only with addresses that are thrown away. */
  disposable?: boolean;
  trail?: Trail;
}

/** What the address of a customer's page says: the form that is open, and for which subscription. */
export interface CustomerSearch {
  form?: CustomerForm;
  on?: string;
}

const forms = ["edit", "subscribe", "plan", "extend", "pay", "cancel", "resume", "site"] as const;
export type CustomerForm = (typeof forms)[number];

/** What the address of the list of plans says: the plan in the form, or `new`. */
export interface PlansSearch {
  edit?: string;
  /** The plan whose sites that stand ready are in the form. */
  standby?: string;
}

function readText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}`.trim() : "";
}

function readStates(value: unknown): SubscriptionState[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return stateOptions.map((one) => one.value).filter((state) => list.includes(state));
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readCustomersSearch(search: Record<string, unknown>): CustomersSearch {
  const q = readText(search.q);
  const state = readStates(search.state);
  const trail = readTrail(search.trail);
  return {
    ...(q ? { q } : {}),
    ...(state.length > 0 ? { state } : {}),
    ...(trail.length > 0 ? { trail } : {}),
    ...(search.add === true ? { add: true } : {}),
  };
}

/** Reads an address that may have been typed or cut. */
export function readSubscriptionsSearch(search: Record<string, unknown>): SubscriptionsSearch {
  const { add: _, ...common } = readCustomersSearch(search);
  const plans: unknown[] = Array.isArray(search.plan) ? search.plan : [search.plan];
  const plan = plans.map(readText).filter((id) => id !== "");
  const sort = search.sort === "ENDS" ? search.sort : undefined;
  return {
    ...common,
    ...(plan.length > 0 ? { plan } : {}),
    ...(search.over === true ? { over: true } : {}),
    ...(sort ? { sort } : {}),
    ...(search.view === "figures" ? { view: "figures" as const } : {}),
  };
}

/** Reads an address that may have been typed or cut. */
export function readSignUpsSearch(search: Record<string, unknown>): SignUpsSearch {
  const q = readText(search.q);
  const list: unknown[] = Array.isArray(search.state) ? search.state : [search.state];
  const state = signUpOptions.map((one) => one.value).filter((one) => list.includes(one));
  const trail = readTrail(search.trail);
  return {
    ...(q ? { q } : {}),
    ...(state.length > 0 ? { state } : {}),
    ...(search.repeated === true ? { repeated: true } : {}),
    ...(search.disposable === true ? { disposable: true } : {}),
    ...(trail.length > 0 ? { trail } : {}),
  };
}

/** Reads an address that may have been typed or cut. */
export function readCustomerSearch(search: Record<string, unknown>): CustomerSearch {
  const form = forms.find((one) => one === search.form);
  const on = readText(search.on);
  return form ? { form, ...(on ? { on } : {}) } : {};
}

/** Reads an address that may have been typed or cut. */
export function readPlansSearch(search: Record<string, unknown>): PlansSearch {
  const edit = readText(search.edit);
  const standby = readText(search.standby);
  return edit ? { edit } : standby ? { standby } : {};
}

/** The order that an address asks for. */
export function orderOf(sort: SubscriptionsSearch["sort"]): {
  field: SubscriptionOrderField;
  descending: boolean;
} {
  return sort ? { field: sort, descending: false } : { field: "CREATED", descending: true };
}
