import { Button, Skeleton } from "@mantine/core";
import { IconArrowsLeftRight } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { getFragmentData, graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { ProgressBar } from "../ui/ProgressBar";
import { databasesLink, pairLook, windowOfLoss } from "../ui/pairLinks";
import { StatusBadge } from "../ui/StatusBadge";
import { useNow } from "../ui/time";
import { whyNot } from "./allowed";
import { DissolveDialog } from "./DissolveDialog";
import { PairActions } from "./PairActions";
import { PairDrawing } from "./PairDrawing";
import { PairHistory } from "./PairHistory";
import classes from "./PairPage.module.css";
import { PairSwitches } from "./PairSwitches";
import { type Pair, PairFragment, type ProxyServer, proxiesOf } from "./pair";
import type { Deed } from "./pairsSearch";
import { RebuildDialog } from "./RebuildDialog";
import { RehearseDialog } from "./RehearseDialog";
import { ReplicationDetails } from "./ReplicationDetails";
import { SetUpPairDialog } from "./SetUpPairDialog";
import { SwitchDialog } from "./SwitchDialog";

const PairQuery = graphql(/* GraphQL */ `
  query Pair($id: ID!) {
    pair(id: $id) {
      id
      ...PairFacts
      switches(first: 20) {
        id
        ...PairSwitches_switch
      }
    }
    servers {
      id
      name
      role
      status
    }
  }
`);

/** One pair: how it stands, what replication says, when it switched, and what can be done with it. */
export function PairPage() {
  const { pairId } = useParams({ from: "/shell/pairs/$pairId" });
  const [{ data, error, fetching }, again] = usePolledQuery({
    query: PairQuery,
    variables: { id: pairId },
    every: 3000,
  });
  // On the way from one pair to another the answer is still the one before.
  if (data?.pair?.id === pairId) {
    return (
      <PairView
        key={pairId}
        pair={getFragmentData(PairFragment, data.pair)}
        switches={data.pair.switches}
        proxies={proxiesOf(data.servers)}
      />
    );
  }
  if (error) {
    return (
      <>
        <PageHeader title="Pair" />
        <ErrorPanel
          title="The pair could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (fetching || !data || data.pair) {
    return (
      <div className={classes.view} aria-busy>
        <PageHeader title="Pair" description="Loading" />
        <Skeleton height={210} radius={10} />
        <Skeleton height={160} radius={10} />
      </div>
    );
  }
  return (
    <EmptyState
      icon={<IconArrowsLeftRight size={20} />}
      title={`There is no pair ${pairId}`}
      action={
        <Button component={Link} to="/pairs" variant="default">
          All pairs
        </Button>
      }
    />
  );
}

function PairView({
  pair,
  switches,
  proxies,
}: {
  pair: Pair;
  switches: Parameters<typeof PairSwitches>[0]["switches"];
  proxies: readonly ProxyServer[];
}) {
  const me = useMe();
  const now = useNow();
  const search = useSearch({ from: "/shell/pairs/$pairId" });
  const navigate = useNavigate({ from: "/pairs/$pairId" });
  const kept = search.range ? { range: search.range } : {};
  const open = (deed: Deed | undefined) =>
    void navigate({
      search: { ...kept, ...(deed ? { do: deed } : {}) },
      replace: deed === undefined,
    });
  const look = pairLook(pair, now);
  const databases = databasesLink(pair, now);
  const loss = windowOfLoss(pair, now);
  const reason = pair.statusReason || databases.detail;
  const close = () => open(undefined);
  const doing = search.do && whyNot(search.do, pair, me.role) === "" ? search.do : undefined;

  return (
    <div className={classes.view}>
      <PageHeader
        title={pair.name}
        badge={<StatusBadge look={look} />}
        description={
          loss ? (
            <>
              If {pair.master.name} were gone now, {pair.slave.name} would lack {loss}.
            </>
          ) : (
            `${pair.slave.name}: ${databases.text}`
          )
        }
        actions={<PairActions pair={pair} onOpen={open} />}
      />
      {pair.busyAction ? (
        <Link
          to="/activity/$actionId"
          params={{ actionId: pair.busyAction.id }}
          search={{}}
          className={classes.busy}
        >
          <span className={classes.busyHead}>
            <b>{pair.busyAction.title}</b>
            <span>
              {pair.busyAction.percent} %{pair.busyAction.step ? ` · ${pair.busyAction.step}` : ""}
            </span>
          </span>
          <ProgressBar percent={pair.busyAction.percent} label={pair.busyAction.title} height={8} />
        </Link>
      ) : null}
      {reason && look.tone !== "done" ? (
        <p className={classes.reason} data-tone={look.tone}>
          {reason}
        </p>
      ) : null}
      {pair.newHostKeys.map(({ id, name }) => (
        <p key={id} className={classes.reason} data-tone="wait">
          {name} has a new host key that{" "}
          {name === pair.master.name ? pair.slave.name : pair.master.name} does not know yet: over
          it no files are mirrored and no backups fetched, until the pair is set up again.
        </p>
      ))}
      <div className={classes.frame}>
        <PairDrawing pair={pair} proxies={proxies} large />
      </div>
      <div className={classes.columns}>
        <ReplicationDetails pair={pair} />
        <PairSwitches switches={switches} />
      </div>
      <PairHistory
        pairId={pair.id}
        range={search.range ?? "DAY"}
        onRange={(range) =>
          void navigate({ search: range === "MONTH" ? { range } : {}, replace: true })
        }
      />
      <p className={classes.more}>
        <Link to="/activity" search={{ server: pair.master.id }}>
          What was done on {pair.master.name}
        </Link>
        <Link to="/activity" search={{ server: pair.slave.id }}>
          What was done on {pair.slave.name}
        </Link>
      </p>
      {doing === "switchOver" ? (
        <SwitchDialog pair={pair} kind="SWITCH_OVER" onClose={close} />
      ) : null}
      {doing === "failOver" ? <SwitchDialog pair={pair} kind="FAIL_OVER" onClose={close} /> : null}
      {doing === "rehearse" ? <RehearseDialog pair={pair} onClose={close} /> : null}
      {doing === "rebuild" ? <RebuildDialog pair={pair} onClose={close} /> : null}
      {doing === "dissolve" ? <DissolveDialog pair={pair} onClose={close} /> : null}
      {doing === "setUp" ? <SetUpPairDialog pair={pair} onClose={close} /> : null}
    </div>
  );
}
