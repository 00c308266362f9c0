import { useMemo, useState, useSyncExternalStore } from "react";
import { useClient } from "urql";
import type { SiteFilter, SiteOrderBy } from "../gql/schema";
import { SiteList } from "./siteList";

/** The list for a filter and an order. Until a new one has its first rows, the one before stays in sight. */
export function useSiteList(filter: SiteFilter, orderBy: SiteOrderBy) {
  const client = useClient();
  const key = JSON.stringify([filter, orderBy]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filter and the order
  const list = useMemo(() => new SiteList(client, filter, orderBy), [client, key]);
  const state = useSyncExternalStore(list.subscribe, () => list.state);
  const [before, setBefore] = useState(state);
  if (state.total !== undefined && state !== before) {
    setBefore(state);
  }
  const waiting = state.total === undefined && !state.error;
  return { list, state: waiting ? { ...before, error: undefined } : state, waiting };
}
