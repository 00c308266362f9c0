import type { AppAccess } from "../gql/schema";

/** What lets Central in to a repository, as it is typed. The token is never kept. */
export interface Access {
  access: AppAccess;
  user: string;
  token: string;
}

export const openAccess: Access = { access: "OPEN", user: "", token: "" };

/** Each way in, and what it takes. */
export const accessWords: Record<AppAccess, { name: string; says: string }> = {
  OPEN: { name: "Open", says: "Everybody may read the repository." },
  DEPLOY_KEY: {
    name: "Deploy key",
    says: "Central makes an SSH key for this app alone; give it read access where the repository is. Needs an ssh:// address.",
  },
  TOKEN: {
    name: "Token",
    says: "A token that may read the repository, sent over https. It is kept encrypted and never shown. Needs an https:// address.",
  },
};

/** Why this way in does not fit the repository, empty when it does. */
export function accessFault({ access }: Access, repository: string): string {
  if (access === "DEPLOY_KEY" && !repository.startsWith("ssh://")) {
    return "A deploy key is for ssh addresses: ssh://git@host/path.";
  }
  if (access === "TOKEN" && !repository.startsWith("https://")) {
    return "A token is for https addresses: https://host/path.";
  }
  return "";
}

/** Why the token cannot be one, empty when it can. */
export function tokenFault({ access, token }: Access): string {
  return access !== "TOKEN" || /^[!-~]{8,500}$/.test(token)
    ? ""
    : "A token has 8 to 500 printable characters without spaces.";
}

/** What is sent of it: nothing that does not go with the way in. */
export function accessInput({ access, user, token }: Access) {
  return access === "TOKEN" ? { access, token, ...(user ? { user } : {}) } : { access };
}
