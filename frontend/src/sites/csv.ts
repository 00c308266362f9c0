import { csvText } from "../ui/csv";
import type { SiteRow } from "./siteList";

const head = [
  "site",
  "status",
  "visitors",
  "health",
  "answered",
  "version",
  "bench",
  "revision",
  "server",
  "created",
  "last backup",
];

/** The rows as CSV, with a head. */
export function csvOf(rows: readonly SiteRow[]): string {
  const lines = rows.map((row) => [
    row.name,
    row.status,
    row.serving,
    row.health.state,
    answered(row),
    row.version,
    row.bench.name,
    row.revision.name,
    row.server.name,
    row.createdAt,
    row.lastBackupAt ?? "",
  ]);
  return csvText([head, ...lines]);
}

/** The status that it answered with when it was asked last; `none` when no answer came, empty before that. */
function answered({ health: { checkedAt, status } }: SiteRow): string {
  return checkedAt === null ? "" : status === 0 ? "none" : `${status}`;
}
