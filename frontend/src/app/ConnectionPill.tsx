import { Tooltip } from "@mantine/core";
import { IconPlugConnectedX, IconRefresh } from "@tabler/icons-react";
import { useConnection } from "../client/connection";
import { formatExact } from "../ui/time";
import classes from "./Shell.module.css";

/** Whether what one sees is live, catching up, or old because the line is down. */
export function ConnectionPill() {
  const state = useConnection();
  if (state.kind === "offline") {
    return <Offline since={state.since} />;
  }
  if (state.kind === "catching-up") {
    return (
      <span className={classes.pill} data-tone="wait" role="status">
        <IconRefresh size={13} aria-hidden />
        Catching up
      </span>
    );
  }
  return (
    <Tooltip label="Connected to Central; what you see is current">
      <span className={classes.pill} role="status">
        <span className={classes.dot} aria-hidden />
        <span className={classes.pillWord}>Live</span>
      </span>
    </Tooltip>
  );
}

const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

function Offline({ since }: { since: Date }) {
  return (
    <Tooltip label={`No connection since ${formatExact(since)}. It is tried again until it works.`}>
      <span className={classes.pill} data-tone="bad" role="status">
        <IconPlugConnectedX size={14} aria-hidden />
        Offline since {clockTime.format(since)}
      </span>
    </Tooltip>
  );
}
