import type { ServerRole } from "../gql/schema";

/** What a role is called and what it is for. */
export const roleWords: Record<ServerRole, { name: string; purpose: string }> = {
  MASTER: {
    name: "Master",
    purpose: "Holds benches and their databases.",
  },
  PROXY: {
    name: "Proxy",
    purpose: "Routes each host name to the master of its site.",
  },
  SLAVE: {
    name: "Slave",
    purpose: "Mirrors a master, ready to take over.",
  },
};
