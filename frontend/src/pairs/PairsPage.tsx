import { Button, Skeleton, TextInput } from "@mantine/core";
import { IconArrowsLeftRight, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { getFragmentData, graphql } from "../gql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { byUrgency, pairLook } from "../ui/pairLinks";
import { useNow } from "../ui/time";
import { PairCard } from "./PairCard";
import { PairForm } from "./PairForm";
import classes from "./PairsPage.module.css";
import { type NewServerForm, PairFragment, proxiesOf } from "./pair";
import type { PairsSearch } from "./pairsSearch";
import { summaryOf } from "./summary";

const PairsQuery = graphql(/* GraphQL */ `
  query Pairs {
    pairs {
      id
      ...PairFacts
    }
    servers {
      id
      name
      role
      status
    }
  }
`);

/** Every pair: how each stands, the ones that need somebody first. */
export function PairsPage({ newServer }: { newServer: (form: NewServerForm) => ReactNode }) {
  const me = useMe();
  const now = useNow();
  const search = useSearch({ from: "/shell/pairs" });
  const navigate = useNavigate({ from: "/pairs" });
  const change = (changed: PairsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const [{ data, error }, again] = usePolledQuery({ query: PairsQuery, every: 4000 });
  const pairs = data ? getFragmentData(PairFragment, data.pairs) : undefined;
  const proxies = proxiesOf(data?.servers);
  const part = search.q?.toLowerCase() ?? "";
  const shown =
    pairs &&
    byUrgency(
      pairs.filter(({ name, master, slave }) =>
        [name, master.name, slave.name].some((text) => text.includes(part)),
      ),
      now,
    );
  const admin = may(me.role, "ADMIN");
  const add = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => change({ add: true })}
      disabled={!admin}
      title={admin ? undefined : "Administrators may do this; you may look"}
    >
      Set up a pair
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Pairs"
        count={pairs?.length}
        description={
          pairs && pairs.length > 0
            ? summaryOf(pairs.map((pair) => pairLook(pair, now).tone))
            : undefined
        }
        actions={
          <>
            {pairs && pairs.length > 3 ? (
              <TextInput
                aria-label="Find a pair"
                placeholder="Pair or server"
                leftSection={<IconSearch size={14} />}
                value={search.q ?? ""}
                onChange={(event) => change({ q: event.currentTarget.value || undefined })}
              />
            ) : null}
            {add}
          </>
        }
      />
      {error && !pairs ? (
        <ErrorPanel
          title="The pairs could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : !shown ? (
        <div className={classes.grid} aria-busy>
          <Skeleton height={190} radius={10} />
          <Skeleton height={190} radius={10} />
          <Skeleton height={190} radius={10} />
          <Skeleton height={190} radius={10} />
        </div>
      ) : pairs?.length === 0 ? (
        <EmptyState icon={<IconArrowsLeftRight size={20} />} title="No pair yet" action={add}>
          A pair is a master and a slave that mirrors it: its databases by replication, its benches
          and files by rsync. When the master is gone, the slave takes over.
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState title={`No pair or server has “${search.q}” in its name`}>
          <Link to="/pairs" search={{}}>
            Show all {pairs?.length}
          </Link>
        </EmptyState>
      ) : (
        <div className={classes.grid}>
          {shown.map((pair) => (
            <PairCard key={pair.id} pair={pair} proxies={proxies} />
          ))}
        </div>
      )}
      {search.add ? (
        <PairForm
          adding={search.newServer}
          newServer={newServer}
          onAdding={(role) => change({ newServer: role })}
          onClose={() => change({ add: undefined, newServer: undefined })}
        />
      ) : null}
    </>
  );
}
