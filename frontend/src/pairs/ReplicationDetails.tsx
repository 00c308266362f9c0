import type { ReactNode } from "react";
import { Copy } from "../ui/Copy";
import { filesLink } from "../ui/pairLinks";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { useNow } from "../ui/time";
import type { Pair } from "./pair";
import classes from "./ReplicationDetails.module.css";

/** What the slave last said of its replication: both threads, positions, last error, and the mirror of the files. */
export function ReplicationDetails({ pair }: { pair: Pair }) {
  const now = useNow();
  const { replication, master, slave } = pair;
  if (!replication) {
    return (
      <section className={classes.panel} aria-label="Replication">
        <h2>Replication</h2>
        <p className={classes.none}>
          {pair.status === "NEW" || pair.status === "SETTING_UP"
            ? "Its figures stand here as soon as the slave follows."
            : "Nothing has been read of it yet. It is looked at every half minute."}
        </p>
      </section>
    );
  }
  const equal = replication.masterGtid !== "" && replication.masterGtid === replication.slaveGtid;
  return (
    <section className={classes.panel} aria-label="Replication">
      <h2>
        Replication
        <span>
          read <RelativeTime at={replication.at} />
        </span>
      </h2>
      <dl>
        <Row name="Receives" hint={`The thread that fetches what ${master.name} wrote`}>
          <Thread runs={replication.ioRunning} />
        </Row>
        <Row name="Applies" hint={`The thread that writes it on ${slave.name}`}>
          <Thread runs={replication.sqlRunning} />
        </Row>
        <Row name="Behind">
          {replication.lagSeconds === null ? "unknown" : `${replication.lagSeconds} s`}
        </Row>
        <Row name={`Position of ${master.name}`}>
          <Position gtid={replication.masterGtid} />
        </Row>
        <Row name={`Position of ${slave.name}`}>
          <Position gtid={replication.slaveGtid} />
          {equal ? <span className={classes.dim}>the same</span> : null}
        </Row>
        <Row name="Last error">
          {replication.lastError ? (
            <span className={classes.error}>{replication.lastError}</span>
          ) : (
            <span className={classes.dim}>none</span>
          )}
        </Row>
        <Row name="Files">{filesLink(pair, now).text}</Row>
      </dl>
    </section>
  );
}

function Row({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Whether one of the two threads runs. */
export function Thread({ runs }: { runs: boolean }) {
  return (
    <StatusBadge
      look={runs ? { tone: "done", word: "Running" } : { tone: "bad", word: "Stopped" }}
      quiet
    />
  );
}

/** A position in the binary log, to be copied. */
export function Position({ gtid }: { gtid: string }) {
  return gtid ? (
    <Copy value={gtid} what="position" />
  ) : (
    <span className={classes.dim}>unknown</span>
  );
}
