import type {
  AlertRule,
  AlertSeverity,
  DeployStatus,
  PairStatus,
  ServerStatus,
} from "../gql/schema";

/** One thing that waits for a person, and where to see to it. */
export interface Need {
  key: string;
  tone: "bad" | "wait";
  what: string;
  why: string;
  link:
    | { to: "/servers" }
    | { to: "/servers/$serverId"; params: { serverId: string } }
    | { to: "/pairs/$pairId"; params: { pairId: string }; search: Record<string, never> }
    | { to: "/sites"; search: { status: ["BROKEN"] } | { health: ["DOWN"] } }
    | { to: "/sites/$siteId"; params: { siteId: string }; search: Record<string, never> }
    | { to: "/subscriptions"; search: { over: true } }
    | { to: "/sign-ups"; search: Record<string, never> }
    | { to: "/backups" }
    | { to: "/deploys/$deployId"; params: { deployId: string } };
}

interface Facts {
  servers: readonly { id: string; name: string; status: ServerStatus; statusReason: string }[];
  pairs: readonly { id: string; name: string; status: PairStatus; statusReason: string }[];
  broken: {
    totalCount: number;
    nodes: readonly { id: string; name: string; statusReason: string }[];
  };
  /** Open alerts, the worst first. */
  alerts: readonly {
    id: string;
    rule: AlertRule;
    severity: AlertSeverity;
    subject: string;
    sentence: string;
    server: { id: string } | null;
    site: { id: string } | null;
  }[];
  /** The last deploys, newest first. */
  deploys: readonly {
    id: string;
    title: string;
    status: DeployStatus;
    progress: { total: number; rolledBack: number; broken: number; notStarted: number };
    retryOf: { id: string } | null;
  }[];
}

/** What waits for a person: broken sites, servers, pairs, alerts with the critical ones first, then deploys with failed sites. */
export function needsOf({ servers, pairs, broken, alerts, deploys }: Facts): Need[] {
  return [
    ...brokenSites(broken),
    ...servers.flatMap(serverNeed),
    ...pairs.flatMap(pairNeed),
    ...alertNeeds(alerts),
    ...failedDeploys(deploys),
  ];
}

/** So many sites with the same trouble are told one by one; more of them are one line. */
const SITES_ONE_BY_ONE = 3;

/** What is said of sites whose alerts are of a rule, and where many of them are listed together. */
const siteTroubles: Partial<
  Record<AlertRule, { one: string; many: string; link: Need["link"] | undefined }>
> = {
  SITE_DOWN: {
    one: "is down",
    many: "are down",
    link: { to: "/sites", search: { health: ["DOWN"] } },
  },
  OVER_LIMIT: {
    one: "uses more than its plan allows",
    many: "use more than their plans allow",
    link: { to: "/subscriptions", search: { over: true } },
  },
  RESTORE_TEST: { one: "could not be restored", many: "could not be restored", link: undefined },
};

/** Alerts about one server are one line: whoever sees to it sees them all there. */
function alertNeeds(alerts: Facts["alerts"]): Need[] {
  const needs: Need[] = [];
  for (const [rule, { one, many, link }] of Object.entries(siteTroubles)) {
    const sites = alerts.filter((alert) => alert.site !== null && alert.rule === rule);
    const tone = sites.some(({ severity }) => severity === "CRITICAL") ? "bad" : "wait";
    if (link && sites.length > SITES_ONE_BY_ONE) {
      const why = `${sites[0]?.subject}: ${sites[0]?.sentence}`;
      needs.push({ key: rule, tone, what: `${sites.length} sites ${many}`, why, link });
      continue;
    }
    for (const { id, subject, sentence, site } of sites) {
      needs.push({
        key: `alert-${id}`,
        tone,
        what: `${subject} ${one}`,
        why: sentence,
        link: { to: "/sites/$siteId", params: { siteId: site?.id ?? "" }, search: {} },
      });
    }
  }
  for (const { id, rule, severity, subject, sentence } of alerts) {
    if (rule === "SIGN_UP" || rule === "STORAGE") {
      needs.push({
        key: `alert-${id}`,
        tone: severity === "CRITICAL" ? "bad" : "wait",
        what:
          rule === "STORAGE"
            ? `Backups do not reach the storage ${subject}`
            : `${subject} was not made`,
        why: sentence,
        link: rule === "STORAGE" ? { to: "/backups" } : { to: "/sign-ups", search: {} },
      });
    }
  }
  const byServer = new Map<string, Facts["alerts"][number][]>();
  for (const alert of alerts) {
    if (alert.server) {
      byServer.set(alert.server.id, [...(byServer.get(alert.server.id) ?? []), alert]);
    }
  }
  for (const [serverId, [worst, ...others]] of byServer) {
    if (worst) {
      needs.push({
        key: `alert-${worst.id}`,
        tone: worst.severity === "CRITICAL" ? "bad" : "wait",
        what: worst.subject,
        why: [worst, ...others].map(({ sentence }) => sentence).join(" "),
        link: { to: "/servers/$serverId", params: { serverId } },
      });
    }
  }
  return needs.sort((a, b) => Number(a.tone !== "bad") - Number(b.tone !== "bad"));
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
      link:
        totalCount === 1
          ? { to: "/sites/$siteId", params: { siteId: first.id }, search: {} }
          : { to: "/sites", search: { status: ["BROKEN"] } },
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

function pairNeed({ id, name, status, statusReason }: Facts["pairs"][number]): Need[] {
  if (status !== "FAILED" && status !== "FAILED_OVER") {
    return [];
  }
  return [
    {
      key: `pair-${id}`,
      tone: status === "FAILED" ? "bad" : "wait",
      what: status === "FAILED" ? `The pair ${name} has failed` : `The pair ${name} has no slave`,
      why: statusReason || "Nobody can take over until its slave is rebuilt.",
      link: { to: "/pairs/$pairId", params: { pairId: id }, search: {} },
    },
  ];
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
