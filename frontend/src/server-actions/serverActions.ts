import { may } from "../client/me";
import type { ActionKind, Role, ServerService, ServerStatus } from "../gql/schema";

/** The limited set of what is done to a server by hand. */
export type ServerActionKind = Extract<
  ActionKind,
  | "CHECK_SERVER"
  | "PREVIEW_SERVER"
  | "SET_UP_SERVER"
  | "UPDATE_SERVER"
  | "RESTART_SERVICE"
  | "REBOOT_SERVER"
  | "ROTATE_CREDENTIALS"
  | "RETIRE_SERVER"
>;

/** What the address calls each of them. */
const names = {
  check: "CHECK_SERVER",
  preview: "PREVIEW_SERVER",
  setUp: "SET_UP_SERVER",
  update: "UPDATE_SERVER",
  rotate: "ROTATE_CREDENTIALS",
  restart: "RESTART_SERVICE",
  reboot: "REBOOT_SERVER",
  retire: "RETIRE_SERVER",
} as const satisfies Record<string, ServerActionKind>;

/** One entry of the menu. */
export interface ServerAction {
  kind: ServerActionKind;
  /** What its button says. */
  word: string;
  needs: Role;
  service?: ServerService;
}

const serviceWords: Record<ServerService, string> = {
  MARIADB: "MariaDB",
  NGINX: "nginx",
  SSH: "sshd",
  BENCHES: "all benches",
};

const setUp: ServerAction = { kind: "SET_UP_SERVER", word: "Set up again", needs: "ADMIN" };

/** What shows what a set-up would change. */
export const preview: ServerAction = {
  kind: "PREVIEW_SERVER",
  word: "Preview its set-up",
  needs: "OPERATOR",
};

/** What changes nothing, or only what differs. */
export const gentle: readonly ServerAction[] = [
  { kind: "CHECK_SERVER", word: "Check it", needs: "OPERATOR" },
  preview,
  setUp,
  { kind: "UPDATE_SERVER", word: "Install security updates", needs: "ADMIN" },
  { kind: "ROTATE_CREDENTIALS", word: "Renew Central’s access", needs: "ADMIN" },
];

/** What its sites may feel. */
export const rough: readonly ServerAction[] = [
  { kind: "REBOOT_SERVER", word: "Reboot", needs: "ADMIN" },
  { kind: "RETIRE_SERVER", word: "Retire", needs: "ADMIN" },
];

/** One restart for each service that the server has. */
export function restarts(services: readonly ServerService[]): ServerAction[] {
  return services.map((service) => ({
    kind: "RESTART_SERVICE",
    word: `Restart ${serviceWords[service]}`,
    needs: "ADMIN",
    service,
  }));
}

/** What a server in this state needs before anything else; null when it needs nothing. */
export function offered(status: ServerStatus): ServerAction | null {
  return status === "NEW" || status === "FAILED" ? { ...setUp, word: "Set up" } : null;
}

/** What the address of a server's page says of the dialog that is open. */
export interface ServerActionSearch {
  do?: keyof typeof names;
  /** Of a restart. */
  service?: ServerService;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readServerActionSearch(search: Record<string, unknown>): ServerActionSearch {
  const asked = (Object.keys(names) as (keyof typeof names)[]).find((one) => one === search.do);
  if (asked !== "restart") {
    return asked ? { do: asked } : {};
  }
  const service = (Object.keys(serviceWords) as ServerService[]).find(
    (one) => one === search.service,
  );
  return service ? { do: asked, service } : {};
}

/** The action whose dialog the address opens; null when it opens none. */
export function actionAt({ do: asked, service }: ServerActionSearch): ServerAction | null {
  const all = [...gentle, ...restarts(service ? [service] : []), ...rough];
  return all.find(({ kind }) => asked !== undefined && kind === names[asked]) ?? null;
}

/** The address that opens an action's dialog. */
export function searchOf({ kind, service }: ServerAction): ServerActionSearch {
  const [asked] = (Object.keys(names) as (keyof typeof names)[]).filter(
    (one) => names[one] === kind,
  );
  return { ...(asked ? { do: asked } : {}), ...(service ? { service } : {}) };
}

/** Why somebody of this role may not have it done; empty when they may. */
export function roleFault({ needs }: ServerAction, role: Role): string {
  if (may(role, needs)) {
    return "";
  }
  return needs === "ADMIN"
    ? "Administrators may do this; you may look"
    : "Operators may do this; you may look";
}

/** Why an action cannot be begun in this state, whoever asks; empty when it can. The plan knows the rest. */
export function stateFault(kind: ServerActionKind, status: ServerStatus): string {
  switch (status) {
    case "RETIRED":
      return "It is retired; Central does nothing on it any more";
    case "SETTING_UP":
      return "It is being set up; wait until that is done";
    case "HOST_KEY_CHANGED":
      return kind === "RETIRE_SERVER"
        ? ""
        : "It shows another host key than the pinned one; everything on it is stopped";
    case "NEW":
      return ["UPDATE_SERVER", "RESTART_SERVICE", "REBOOT_SERVER"].includes(kind)
        ? "It was not set up yet; set it up first"
        : "";
    default:
      return "";
  }
}
