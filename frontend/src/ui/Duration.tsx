import { formatDuration, useNowText } from "./time";

/** A length of time that is known: `1 m 04 s`. Null shows a dash. */
export function Duration({ seconds }: { seconds: number | null | undefined }) {
  return (
    <span style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>
      {seconds === null || seconds === undefined ? "–" : formatDuration(seconds)}
    </span>
  );
}

/** From `since` until `until`, or until now, counting every second. */
export function Elapsed({
  since,
  until,
}: {
  since: string | null | undefined;
  until?: string | null;
}) {
  const text = useNowText((now) => {
    if (!since) {
      return "–";
    }
    const end = until ? Date.parse(until) : now;
    const seconds = Math.max(0, (end - Date.parse(since)) / 1000);
    return formatDuration(until ? seconds : Math.floor(seconds));
  });
  return <span style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>{text}</span>;
}
