import type { SiteStatus } from "./deployState";

/** How long it still takes, in words; empty when nothing can be said. */
export function timeLeft(
  seconds: number | null | undefined,
  building: boolean,
  counts: Record<SiteStatus, number>,
): string {
  if (counts.RUNNING + counts.WAITING === 0) {
    return "";
  }
  if (seconds === null || seconds === undefined) {
    return building ? "building first" : "";
  }
  if (seconds < 10) {
    return "a few seconds left";
  }
  if (seconds < 55) {
    return `about ${Math.ceil(seconds / 10) * 10} s left`;
  }
  if (seconds < 3600) {
    return `about ${Math.round(seconds / 60)} m left`;
  }
  return `about ${(seconds / 3600).toFixed(1)} h left`;
}
