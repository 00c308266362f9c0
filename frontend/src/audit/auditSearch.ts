import { readTrail, type Trail } from "../ui/Pager";

/** What the address of the audit log says. */
export interface AuditSearch {
  trail?: Trail;
}

/** Reads an address that may have been typed or cut: what makes no sense is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const trail = readTrail(search.trail);
  return trail.length > 0 ? { trail } : {};
}
