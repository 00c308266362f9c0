import type { ResultOf } from "@graphql-typed-document-node/core";
import type { Client } from "urql";
import { uncached } from "../client/client";
import { graphql } from "../gql";
import type { SiteFilter, SiteOrderBy } from "../gql/schema";

const SitesPageQuery = graphql(/* GraphQL */ `
  query SitesPage($first: Int!, $after: String, $filter: SiteFilter, $orderBy: SiteOrderBy) {
    sites(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        name
        status
        statusReason
        version
        maintenanceSince
        serving
        createdAt
        lastBackupAt
        bench {
          id
          name
        }
        server {
          id
          name
        }
        revision {
          id
          name
        }
        deploy {
          id
        }
        health {
          state
          since
          checkedAt
          status
        }
      }
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

/** One row of the list. */
export type SiteRow = ResultOf<typeof SitesPageQuery>["sites"]["nodes"][number];

/** What is known of the list now. */
export interface SiteListState {
  /** The first rows of the list, without gaps; grows as pages come. */
  rows: SiteRow[];
  /** How many match in all; undefined until the first answer. */
  total: number | undefined;
  /** Why the newest page did not come; it may be asked for again. */
  error: unknown;
}

interface Page {
  after: string | null;
  rows: SiteRow[];
}

const FIRST_PAGE = 100;
const NEXT_PAGE = 500;
/** Somebody jumped far ahead: fewer and larger pages get there sooner. */
const FAR_PAGE = 1000;
/** How often what is in sight is asked for again. */
const REFRESH_MS = 5000;

/**
 * All sites that match, loaded page by page as far as somebody scrolls. The pages in sight are asked
 * for again every few seconds. It loads while it is subscribed to, and rests otherwise.
 */
export class SiteList {
  #client: Client;
  #filter: SiteFilter;
  #orderBy: SiteOrderBy;
  #pages: Page[] = [];
  #cursor: string | null = null;
  #hasNext = true;
  #loading = false;
  #wanted = 1;
  #sight: [number, number] = [0, 0];
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #state: SiteListState = { rows: [], total: undefined, error: undefined };

  constructor(client: Client, filter: SiteFilter, orderBy: SiteOrderBy) {
    this.#client = client;
    this.#filter = filter;
    this.#orderBy = orderBy;
  }

  get state(): SiteListState {
    return this.#state;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      void this.#load();
      this.#timer = setInterval(() => void this.refresh(), REFRESH_MS);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        clearInterval(this.#timer);
      }
    };
  };

  /** Says which rows are in sight: pages up to the last of them are loaded. */
  look(first: number, last: number) {
    this.#sight = [first, last];
    this.#wanted = Math.max(this.#wanted, last + 1);
    if (!this.#state.error) {
      void this.#load();
    }
  }

  /** Asks again after an error. */
  retry() {
    this.#set({ error: undefined });
    void this.#load();
  }

  /** Asks again for the pages in sight. */
  async refresh() {
    if (document.visibilityState === "hidden" || this.#loading || this.#pages.length === 0) {
      return;
    }
    this.#loading = true;
    let start = 0;
    for (const page of [...this.#pages]) {
      const end = start + page.rows.length;
      const inSight = start <= this.#sight[1] && end >= this.#sight[0];
      start = end;
      if (inSight) {
        await this.#reload(page);
      }
    }
    this.#loading = false;
    void this.#load();
  }

  async #reload(page: Page) {
    const last = page === this.#pages.at(-1);
    const usual = page.after === null ? FIRST_PAGE : NEXT_PAGE;
    const first = Math.max(page.rows.length, last ? usual : 1);
    const { data, error } = await this.#ask(first, page.after);
    if (!data) {
      this.#set({ error });
      return;
    }
    page.rows = data.sites.nodes;
    if (last) {
      this.#cursor = data.sites.pageInfo.endCursor;
      this.#hasNext = data.sites.pageInfo.hasNextPage;
    }
    this.#publish(data.sites.totalCount);
  }

  async #load() {
    if (this.#loading) {
      return;
    }
    this.#loading = true;
    while (this.#hasNext && this.#count() < this.#wanted && this.#listeners.size > 0) {
      const page: Page = { after: this.#cursor, rows: [] };
      const { data, error } = await this.#ask(this.#size(page), page.after);
      if (!data) {
        this.#set({ error });
        break;
      }
      page.rows = data.sites.nodes;
      this.#pages.push(page);
      this.#cursor = data.sites.pageInfo.endCursor;
      this.#hasNext = data.sites.pageInfo.hasNextPage;
      this.#publish(data.sites.totalCount);
    }
    this.#loading = false;
  }

  #ask(first: number, after: string | null) {
    return this.#client
      .query(
        SitesPageQuery,
        { first, after, filter: this.#filter, orderBy: this.#orderBy },
        uncached,
      )
      .toPromise();
  }

  #size(page: Page): number {
    if (page.after === null) {
      return FIRST_PAGE;
    }
    return this.#wanted - this.#count() > NEXT_PAGE ? FAR_PAGE : NEXT_PAGE;
  }

  #count(): number {
    return this.#pages.reduce((count, page) => count + page.rows.length, 0);
  }

  /** A site that moved from one page to another between two answers is shown once. */
  #publish(total: number) {
    const seen = new Set<string>();
    const rows = this.#pages
      .flatMap((page) => page.rows)
      .filter((row) => !seen.has(row.id) && seen.add(row.id));
    this.#set({ rows, total: Math.max(total, rows.length), error: undefined });
  }

  #set(change: Partial<SiteListState>) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** Every site that matches, a thousand at a time. Throws what went wrong. */
export async function loadAll(
  client: Client,
  filter: SiteFilter,
  orderBy: SiteOrderBy,
): Promise<SiteRow[]> {
  const rows: SiteRow[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, error } = await client
      .query(SitesPageQuery, { first: 1000, after, filter, orderBy }, uncached)
      .toPromise();
    if (!data) {
      throw error ?? new Error("Central sent no sites.");
    }
    rows.push(...data.sites.nodes);
    after = data.sites.pageInfo.endCursor;
    if (!data.sites.pageInfo.hasNextPage) {
      return rows;
    }
  }
}
