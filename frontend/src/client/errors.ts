import { CombinedError } from "urql";

/** The codes of `extensions.code` that this client acts on; every other one is shown with its message. */
export const UNAUTHENTICATED = "UNAUTHENTICATED";
export const PASSWORD_CHANGE = "PASSWORD_CHANGE";

/** One thing that went wrong, ready to be shown. */
export interface Fault {
  /** `extensions.code`, or `OFFLINE` when no answer came. */
  code: string;
  /** One sentence: what is wrong and, where possible, what to do. */
  message: string;
  /** Path of the input field at fault, such as `input.siteIds`; empty when none is. */
  field: string;
}

/** What an error of any origin says: at least one fault. */
export function faultsOf(error: unknown): Fault[] {
  if (error instanceof CombinedError) {
    if (error.graphQLErrors.length > 0) {
      return error.graphQLErrors.map(faultOfGraphQL);
    }
    return [faultOfNetwork(error.response as Response | undefined)];
  }
  if (Array.isArray(error) && error.length > 0) {
    return error.map(faultOfGraphQL);
  }
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: "INTERNAL", message, field: "" }];
}

/** The first fault's code. */
export function codeOf(error: unknown): string {
  return faultsOf(error)[0]?.code ?? "INTERNAL";
}

/** True when no answer came at all, so that asking again may help. */
export function isOffline(error: unknown): boolean {
  return codeOf(error) === "OFFLINE";
}

function faultOfGraphQL(error: { message: string; extensions?: Record<string, unknown> }): Fault {
  const extensions = error.extensions ?? {};
  return {
    code: typeof extensions.code === "string" ? extensions.code : "INTERNAL",
    message: error.message,
    field: typeof extensions.field === "string" ? extensions.field : "",
  };
}

function faultOfNetwork(response: Response | undefined): Fault {
  if (response && response.status >= 400) {
    return {
      code: "INTERNAL",
      message: `Central answered with status ${response.status}.`,
      field: "",
    };
  }
  return {
    code: "OFFLINE",
    message: "Central cannot be reached. Nothing is lost: try again once it answers.",
    field: "",
  };
}
