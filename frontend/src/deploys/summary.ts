import { formatDuration } from "../ui/time";
import { countsOf, failureGroups, maintenanceFigures, retryCount } from "./deployFigures";
import type { DeployState } from "./deployState";

/** How many names are given before the rest becomes a number. */
const named = 5;

const endings: Partial<Record<string, string>> = {
  SUCCEEDED: "succeeded",
  FAILED: "finished with failures",
  CANCELLED: "was cancelled",
};

/** A finished deploy in a few lines of plain text, for a chat. `address` is where its page is. */
export function summaryText(
  deploy: { id: string; title: string },
  state: Pick<DeployState, "progress" | "sites">,
  address: string,
): string {
  const { progress, sites } = state;
  const counts = countsOf(progress);
  const lines = [
    `Deploy ${deploy.id}: ${deploy.title} ${endings[progress.status] ?? "is not over yet"}${took(progress.startedAt, progress.finishedAt)}.`,
  ];
  const parts = [
    `${counts.DONE} of ${progress.total} done`,
    counts.ROLLED_BACK > 0
      ? `${counts.ROLLED_BACK} rolled back (old code and data, answering)`
      : "",
    counts.BROKEN > 0 ? `${counts.BROKEN} broken (a person is needed)` : "",
    counts.NOT_STARTED > 0 ? `${counts.NOT_STARTED} not started` : "",
    counts.CANCELLED > 0 ? `${counts.CANCELLED} cancelled` : "",
  ];
  lines.push(`Sites: ${parts.filter(Boolean).join(", ")}.`);

  const maintenance = maintenanceFigures(sites);
  if (maintenance) {
    lines.push(
      `In maintenance: median ${formatDuration(maintenance.median)}, worst ${formatDuration(maintenance.worst)} (${maintenance.worstSite}).`,
    );
  }
  const skipped = sites.filter((site) => site.skippedPatches.length > 0).length;
  if (skipped > 0) {
    lines.push(`Patches were skipped on ${plural(skipped, "site")}.`);
  }
  const failures = failureGroups(sites);
  if (failures.length > 0) {
    lines.push("What failed:");
    for (const group of failures) {
      lines.push(
        `- ${group.message || group.code}: ${nameSites(group.sites.map((site) => site.siteName))}`,
      );
    }
  }
  lines.push(`Next: ${nextStep(state)}`);
  lines.push(address);
  return lines.join("\n");
}

/** What a person should do after a deploy, in one sentence. */
export function nextStep({ progress }: Pick<DeployState, "progress">): string {
  const again = retryCount(progress);
  const these = again === 1 ? "this 1" : `these ${again.toLocaleString("en")}`;
  if (progress.broken > 0) {
    const others = again > 0 ? `; retry ${these} when the cause is mended` : "";
    return `look after the ${plural(progress.broken, "broken site")} by hand${others}.`;
  }
  if (progress.rolledBack + progress.notStarted > 0) {
    return `mend the cause, then retry ${these}.`;
  }
  if (progress.cancelled > 0) {
    return `${plural(progress.cancelled, "site")} stayed on the old code; retry ${these} when it suits.`;
  }
  return "nothing, every site is on the new code.";
}

/** The first names and how many there are besides: `a, b and 3 more`. */
export function nameSites(names: readonly string[]): string {
  const shown = names.slice(0, named).join(", ");
  return names.length > named ? `${shown} and ${names.length - named} more` : shown;
}

/** `1 site`, `2 sites`. */
export function plural(count: number, thing: string): string {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

function took(from: string | null | undefined, to: string | null | undefined): string {
  return from && to ? ` after ${formatDuration((Date.parse(to) - Date.parse(from)) / 1000)}` : "";
}
