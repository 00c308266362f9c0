import { createContext, use } from "react";

export const RenewContext = createContext<() => void>(() => {});

/** Forgets everything that was loaded, because another person is signed in now, or nobody. */
export function useRenew(): () => void {
  return use(RenewContext);
}
