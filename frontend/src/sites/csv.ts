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
];

/** The rows as CSV (RFC 4180), with a head. Cells that a spreadsheet would run as a formula are quoted text. */
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
  ]);
  return [head, ...lines]
    .map((cells) => cells.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** The status that it answered with when it was asked last; `none` when no answer came, empty before that. */
function answered({ health: { checkedAt, status } }: SiteRow): string {
  return checkedAt === null ? "" : status === 0 ? "none" : `${status}`;
}

function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
