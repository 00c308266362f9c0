import { Tooltip } from "@mantine/core";
import { StatusBadge } from "../ui/StatusBadge";
import { formatExact } from "../ui/time";
import { healthLooks } from "../ui/tones";
import type { SiteRow } from "./siteList";

/** How a site answers through the proxies, since when, and with what. */
export function SiteHealth({ health }: { health: SiteRow["health"] }) {
  const { state, since, checkedAt, status } = health;
  if (!checkedAt || !since) {
    return <span style={{ color: "var(--text-faint)" }}>–</span>;
  }
  const answer = status === 0 ? "No answer" : `Answered ${status}`;
  const asked = `${answer}, asked ${formatExact(new Date(checkedAt))}`;
  return (
    <Tooltip label={`${healthLooks[state].word} since ${formatExact(new Date(since))}. ${asked}.`}>
      <span>
        <StatusBadge look={healthLooks[state]} quiet />
      </span>
    </Tooltip>
  );
}
