import { Tooltip } from "@mantine/core";
import { formatAgo, formatExact, useNowText } from "./time";

/** When something was, as `4 m ago`; the exact moment on hover. Null shows a dash. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const text = useNowText((now) => (at ? formatAgo(new Date(at), new Date(now)) : "–"));
  if (!at) {
    return <span>–</span>;
  }
  return (
    <Tooltip label={formatExact(new Date(at))}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {text}
      </time>
    </Tooltip>
  );
}
