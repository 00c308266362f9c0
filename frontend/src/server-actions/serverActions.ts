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

/** One entry of the menu. */
export interface ServerAction {
  kind: ServerActionKind;
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

/** What changes nothing, or only what differs. */
export const gentle: readonly ServerAction[] = [
  { kind: "CHECK_SERVER", word: "Check it", needs: "OPERATOR" },
  { kind: "PREVIEW_SERVER", word: "Preview its set-up", needs: "OPERATOR" },
  { kind: "SET_UP_SERVER", word: "Set up again", needs: "ADMIN" },
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
