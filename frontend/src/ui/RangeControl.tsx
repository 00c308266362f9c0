import { SegmentedControl } from "@mantine/core";
import type { SampleRange } from "../gql/schema";

/** What charts of a range are called. */
export const rangeWords: Record<SampleRange, string> = {
  DAY: "The last day",
  MONTH: "The last month",
};

/** How often charts of a range are asked for again, in milliseconds. */
export const rangePace: Record<SampleRange, number> = { DAY: 60_000, MONTH: 600_000 };

/** Chooses how far back charts go. */
export function RangeControl({
  range,
  onRange,
  className,
}: {
  range: SampleRange;
  onRange: (range: SampleRange) => void;
  className?: string | undefined;
}) {
  return (
    <SegmentedControl
      size="xs"
      className={className}
      aria-label="How far back"
      value={range}
      onChange={(value) => onRange(value as SampleRange)}
      data={[
        { value: "DAY", label: "Day" },
        { value: "MONTH", label: "Month" },
      ]}
    />
  );
}
