import type { ServerRole } from "../gql/schema";

/** What a role is for, and what setting a server up for it does. */
export const roleWords: Record<ServerRole, { name: string; purpose: string; plays: string }> = {
  MASTER: {
    name: "Master",
    purpose: "Holds benches and their databases.",
    plays:
      "installs MariaDB tuned to its memory, Redis, nginx, Python, Node and the user for benches",
  },
  PROXY: {
    name: "Proxy",
    purpose: "Routes each host name to the master of its site.",
    plays: "installs nginx with a map of host names, checked before it is loaded",
  },
  SLAVE: {
    name: "Slave",
    purpose: "Mirrors a master, ready to take over.",
    plays: "installs what its master has",
  },
};
