import {
  IconAlertOctagonFilled,
  IconArrowBackUp,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconClockPause,
  IconLoader2,
} from "@tabler/icons-react";
import type { SiteStatus } from "./deployState";
import classes from "./SiteMark.module.css";

const icons: Record<SiteStatus, typeof IconLoader2> = {
  DONE: IconCircleCheckFilled,
  ROLLED_BACK: IconArrowBackUp,
  BROKEN: IconAlertOctagonFilled,
  NOT_STARTED: IconCircleMinus,
  CANCELLED: IconCircleMinus,
  RUNNING: IconLoader2,
  WAITING: IconCircleDashed,
};

/** The state of a site as an icon; a word stands beside it wherever it is used. */
export function SiteMark({ status, size = 15 }: { status: SiteStatus; size?: number }) {
  const Icon = icons[status] ?? IconClockPause;
  return <Icon size={size} className={classes.mark} data-state={status} aria-hidden />;
}
