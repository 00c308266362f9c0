import { Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import classes from "./Pager.module.css";

/** How many rows a page of a list has. */
export const pageSize = 50;

/** Where one is in a list: the cursors of the pages before, for the address. */
export type Trail = string[];

/** Reads the trail from an address; anything else is the first page. */
export function readTrail(value: unknown): Trail {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : [];
}

/** Turns the pages of a list, newest first. Shows nothing while there is one page only. */
export function Pager({
  trail,
  total,
  endCursor,
  hasNextPage,
  onTrail,
  words = ["Newer", "Older"],
}: {
  trail: Trail;
  total: number;
  endCursor: string | null | undefined;
  hasNextPage: boolean;
  onTrail: (trail: Trail) => void;
  /** What is before and after in the order of the list. */
  words?: [string, string];
}) {
  if (trail.length === 0 && !hasNextPage) {
    return null;
  }
  const first = trail.length * pageSize + 1;
  const last = hasNextPage ? first + pageSize - 1 : Math.max(total, first);
  return (
    <nav className={classes.pager} aria-label="Pages">
      <span className={classes.range}>
        {first.toLocaleString("en")} to {last.toLocaleString("en")} of {total.toLocaleString("en")}
      </span>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconChevronLeft size={14} />}
        disabled={trail.length === 0}
        onClick={() => onTrail(trail.slice(0, -1))}
      >
        {words[0]}
      </Button>
      <Button
        size="xs"
        variant="default"
        rightSection={<IconChevronRight size={14} />}
        disabled={!hasNextPage || !endCursor}
        onClick={() => endCursor && onTrail([...trail, endCursor])}
      >
        {words[1]}
      </Button>
    </nav>
  );
}
