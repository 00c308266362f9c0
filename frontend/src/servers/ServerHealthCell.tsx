import { type FragmentType, getFragmentData, graphql } from "../gql";
import { formatShare } from "../ui/bytes";
import { Meter } from "../ui/Meter";
import { StatusBadge } from "../ui/StatusBadge";
import { healthLooks } from "../ui/tones";
import classes from "./ServerHealthCell.module.css";

const ServerHealth = graphql(/* GraphQL */ `
  fragment ServerHealthCell_server on Server {
    id
    health {
      state
      reasons
      latest {
        load1
        cpus
        memoryUsed
        memoryTotal
        disks {
          mount
          usedRatio
        }
      }
    }
  }
`);

/** How a server does at a glance: its state, load, memory and fullest disk, and what is wrong. */
export function ServerHealthCell({ server }: { server: FragmentType<typeof ServerHealth> }) {
  const { health } = getFragmentData(ServerHealth, server);
  const { state, reasons, latest } = health;
  if (state === "UNKNOWN" && !latest) {
    return <span className={classes.none}>–</span>;
  }
  const fullest = latest?.disks.reduce((most, disk) => Math.max(most, disk.usedRatio), 0) ?? 0;
  return (
    <span className={classes.health}>
      {state === "OK" ? null : <StatusBadge look={healthLooks[state]} quiet />}
      {latest && (state === "OK" || state === "DEGRADED") ? (
        <span className={classes.meters}>
          <Meter
            label="Load"
            value={latest.load1.toFixed(1)}
            share={latest.load1 / Math.max(1, 4 * latest.cpus)}
            warning={0.99}
            critical={2}
          />
          <Meter
            label="Mem"
            value={formatShare(latest.memoryUsed / Math.max(1, latest.memoryTotal))}
            share={latest.memoryUsed / Math.max(1, latest.memoryTotal)}
            warning={0.92}
            critical={0.97}
          />
          <Meter label="Disk" value={formatShare(fullest)} share={fullest} />
        </span>
      ) : null}
      {reasons.slice(0, 2).map((reason) => (
        <span key={reason} className={classes.reason}>
          {reason}
        </span>
      ))}
      {reasons.length > 2 ? (
        <span className={classes.reason}>and {reasons.length - 2} more</span>
      ) : null}
    </span>
  );
}
