import type { Pair } from "./pair";
import { Position, Thread } from "./ReplicationDetails";
import classes from "./ReplicationLine.module.css";

/** Both threads of a slave's replication and how far it has come, as a card has room for. */
export function ReplicationLine({ pair: { replication, master, slave } }: { pair: Pair }) {
  if (!replication) {
    return null;
  }
  const { ioRunning, sqlRunning, masterGtid, slaveGtid } = replication;
  const behind = masterGtid !== "" && slaveGtid !== "" && masterGtid !== slaveGtid;
  return (
    <dl className={classes.line} aria-label="Replication">
      <div>
        <dt title={`The thread that fetches what ${master.name} wrote`}>Receives</dt>
        <dd>
          <Thread runs={ioRunning} />
        </dd>
      </div>
      <div>
        <dt title={`The thread that writes it on ${slave.name}`}>Applies</dt>
        <dd>
          <Thread runs={sqlRunning} />
        </dd>
      </div>
      <div className={classes.position}>
        <dt title={`GTID up to which ${slave.name} has applied`}>Position</dt>
        <dd>
          <Position gtid={slaveGtid} />
          {behind ? <span className={classes.dim}>of {masterGtid}</span> : null}
        </dd>
      </div>
    </dl>
  );
}
