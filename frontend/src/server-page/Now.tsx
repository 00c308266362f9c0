import { type FragmentType, getFragmentData, graphql } from "../gql";
import { formatBytes, formatShare } from "../ui/bytes";
import { Meter } from "../ui/Meter";
import { formatDuration } from "../ui/time";
import classes from "./ServerPage.module.css";
import { stoppedOf } from "./services";

const NowServer = graphql(/* GraphQL */ `
  fragment Now_server on Server {
    id
    health {
      state
      latest {
        load1
        cpus
        memoryUsed
        memoryTotal
        uptimeSeconds
        disks {
          mount
          sizeBytes
          usedBytes
          usedRatio
        }
        services {
          name
          state
        }
        certificate {
          host
          expiresAt
        }
      }
    }
  }
`);

/** The figures of the last look: load, memory, each disk, uptime, and services that do not run. */
export function Now({ server }: { server: FragmentType<typeof NowServer> }) {
  const { health } = getFragmentData(NowServer, server);
  const now = health.latest;
  if (!now) {
    return null;
  }
  const memory = now.memoryUsed / Math.max(1, now.memoryTotal);
  const stopped = stoppedOf(now.services);
  return (
    <section className={classes.now} aria-label="Now">
      <Meter
        label={`Load on ${now.cpus} ${now.cpus === 1 ? "CPU" : "CPUs"}`}
        value={now.load1.toFixed(2)}
        share={now.load1 / Math.max(1, 4 * now.cpus)}
        warning={0.99}
        critical={2}
      />
      <Meter
        label={`Memory of ${formatBytes(now.memoryTotal)}`}
        value={formatShare(memory)}
        share={memory}
        warning={0.92}
        critical={0.97}
      />
      {now.disks.map((disk) => (
        <Meter
          key={disk.mount}
          label={`${disk.mount} of ${formatBytes(disk.sizeBytes)}`}
          value={formatShare(disk.usedRatio)}
          share={disk.usedRatio}
        />
      ))}
      <span className={classes.dim}>Up for {formatDuration(now.uptimeSeconds)}</span>
      <span className={classes.dim}>
        {stopped.length === 0
          ? `${now.services.filter(({ state }) => state === "active").length} services run`
          : stopped.map(({ name, state }) => `${name} is ${state}`).join(", ")}
      </span>
    </section>
  );
}
