import type { DeployStatus, ServerStatus } from "../gql/schema";

/** One thing that waits for a person, and where to see to it. */
export interface Need {
  key: string;
  tone: "bad" | "wait";
  what: string;
  why: string;
  link:
    | { to: "/servers" }
    | { to: "/sites"; search: { status: ["BROKEN"] } }
    | { to: "/deploys/$deployId"; params: { deployId: string } };
}

interface Facts {
  servers: readonly { id: string; name: string; status: ServerStatus; statusReason: string }[];
  broken: {
    totalCount: number;
    nodes: readonly { id: string; name: string; statusReason: string }[];
  };
  /** The last deploys, newest first. */
  deploys: readonly {
    id: string;
    title: string;
    status: DeployStatus;
    progress: { total: number; rolledBack: number; broken: number; notStarted: number };
    retryOf: { id: string } | null;
  }[];
}

/** What waits for a person, the worst first: broken sites, servers, then deploys with failed sites. */
export function needsOf({ servers, broken, deploys }: Facts): Need[] {
  return [...brokenSites(broken), ...servers.flatMap(serverNeed), ...failedDeploys(deploys)];
}

function brokenSites({ totalCount, nodes }: Facts["broken"]): Need[] {
  const [first] = nodes;
  if (!first) {
    return [];
  }
  return [
    {
      key: "broken",
      tone: "bad",
      what: totalCount === 1 ? `${first.name} is broken` : `${totalCount} sites are broken`,
      why: totalCount === 1 ? first.statusReason : `${first.name}: ${first.statusReason}`,
      link: { to: "/sites", search: { status: ["BROKEN"] } },
    },
  ];
}

function serverNeed({ id, name, status, statusReason }: Facts["servers"][number]): Need[] {
  if (status !== "FAILED" && status !== "HOST_KEY_CHANGED") {
    return [];
  }
  const what =
    status === "FAILED" ? `${name} could not be set up` : `${name} shows another host key`;
  const why = statusReason || "Everything on it is stopped until somebody has looked.";
  return [{ key: `server-${id}`, tone: "bad", what, why, link: { to: "/servers" } }];
}

/** A deploy that was tried again is settled by its retry, unless somebody cancelled that. */
function failedDeploys(deploys: Facts["deploys"]): Need[] {
  const retried = new Set(
    deploys.flatMap(({ status, retryOf }) =>
      retryOf && status !== "CANCELLED" ? [retryOf.id] : [],
    ),
  );
  return deploys
    .filter(({ id, status }) => status === "FAILED" && !retried.has(id))
    .map(({ id, title, progress }) => {
      const { total, rolledBack, broken, notStarted } = progress;
      const parts = [
        [rolledBack, "rolled back"],
        [broken, "broken"],
        [notStarted, "not started"],
      ].filter(([number]) => number !== 0);
      return {
        key: `deploy-${id}`,
        tone: broken > 0 ? "bad" : "wait",
        what: title,
        why: `${parts.map((part) => part.join(" ")).join(", ")} of ${total} sites`,
        link: { to: "/deploys/$deployId", params: { deployId: id } },
      };
    });
}
