import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconLoader2,
} from "@tabler/icons-react";
import classes from "./StatusBadge.module.css";
import type { Look, Tone } from "./tones";

const icons: Record<Tone, typeof IconLoader2> = {
  done: IconCircleCheckFilled,
  run: IconLoader2,
  wait: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  idle: IconCircleDashed,
};

/** A state, never by colour alone: an icon and a word. `quiet` leaves the pill away, for dense rows. */
export function StatusBadge({ look, quiet }: { look: Look; quiet?: boolean }) {
  const Icon = icons[look.tone];
  return (
    <span className={`${classes.badge} ${classes[look.tone]}`} data-quiet={quiet || undefined}>
      <Icon size={14} aria-hidden />
      <span>{look.word}</span>
    </span>
  );
}
