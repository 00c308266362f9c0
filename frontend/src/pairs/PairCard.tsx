import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMe } from "../client/me";
import { ProgressBar } from "../ui/ProgressBar";
import { databasesLink, pairLook } from "../ui/pairLinks";
import { StatusBadge } from "../ui/StatusBadge";
import { useNow } from "../ui/time";
import { deedWords, offered, whyNot } from "./allowed";
import classes from "./PairCard.module.css";
import { PairDrawing } from "./PairDrawing";
import type { Pair, ProxyServer } from "./pair";
import { ReplicationLine } from "./ReplicationLine";

/** One pair in the list: how it stands, what holds it, and what it most likely needs. */
export function PairCard({ pair, proxies }: { pair: Pair; proxies: readonly ProxyServer[] }) {
  const me = useMe();
  const now = useNow();
  const look = pairLook(pair, now);
  const reason = pair.statusReason || databasesLink(pair, now).detail;
  const deed = offered(pair.status);
  const refusal = deed ? whyNot(deed, pair, me.role) : "";
  return (
    <section className={classes.card} aria-label={`Pair ${pair.name}`} data-tone={look.tone}>
      <header className={classes.head}>
        <h2 className={classes.name}>
          <Link to="/pairs/$pairId" params={{ pairId: pair.id }} search={{}}>
            {pair.name}
          </Link>
        </h2>
        <StatusBadge look={look} />
        {deed && !pair.busyAction ? (
          <Button
            size="compact-xs"
            className={classes.deed ?? ""}
            disabled={refusal !== ""}
            title={refusal || undefined}
            renderRoot={(props) =>
              refusal ? (
                <button type="button" {...props} />
              ) : (
                <Link
                  to="/pairs/$pairId"
                  params={{ pairId: pair.id }}
                  search={{ do: deed }}
                  {...props}
                />
              )
            }
          >
            {deedWords[deed]}…
          </Button>
        ) : null}
      </header>
      <PairDrawing pair={pair} proxies={proxies} />
      <ReplicationLine pair={pair} />
      {pair.busyAction ? (
        <Link
          to="/activity/$actionId"
          params={{ actionId: pair.busyAction.id }}
          search={{}}
          className={classes.busy}
        >
          <span className={classes.busyHead}>
            <span>{pair.busyAction.title}</span>
            <span>{pair.busyAction.percent} %</span>
          </span>
          <ProgressBar percent={pair.busyAction.percent} label={pair.busyAction.title} height={4} />
        </Link>
      ) : reason ? (
        <p className={classes.reason} data-tone={look.tone}>
          {reason}
        </p>
      ) : null}
    </section>
  );
}
