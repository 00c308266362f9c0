import { createContext, use } from "react";
import type { Role } from "../gql/schema";

/** Who is signed in. */
export interface Me {
  name: string;
  role: Role;
}

export const MeContext = createContext<Me | null>(null);

/** Who is signed in; only inside the shell. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) {
    throw new Error("useMe outside of the shell");
  }
  return me;
}

const ranks: Record<Role, number> = { VIEWER: 0, OPERATOR: 1, ADMIN: 2 };

/** Whether somebody with role `mine` may do what needs `needed`; each role includes the ones before it. */
export function may(mine: Role, needed: Role): boolean {
  return ranks[mine] >= ranks[needed];
}
