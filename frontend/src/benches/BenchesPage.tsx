import { Button, Skeleton, TextInput } from "@mantine/core";
import { IconBox, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { getFragmentData, graphql } from "../gql";
import type { BenchCardFragment as Bench } from "../gql/graphql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { BenchCard, BenchCardFragment } from "./BenchCard";
import classes from "./BenchesPage.module.css";
import type { BenchesSearch } from "./benchesSearch";
import { CreateBenchForm } from "./CreateBenchForm";

const BenchesQuery = graphql(/* GraphQL */ `
  query Benches {
    benches {
      id
      ...BenchCard
    }
  }
`);

/** Every bench: its revisions, what each is made of, and how many sites run on it. `actions` makes the buttons of one. */
export function BenchesPage({ actions }: { actions?: (bench: Bench) => ReactNode }) {
  const me = useMe();
  const search = useSearch({ from: "/shell/benches" });
  const navigate = useNavigate({ from: "/benches" });
  const change = (changed: BenchesSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const [{ data, error }, again] = usePolledQuery({ query: BenchesQuery, every: 5000 });
  const benches = data ? getFragmentData(BenchCardFragment, data.benches) : undefined;
  const part = search.q?.toLowerCase() ?? "";
  const shown = benches?.filter(
    ({ name, server }) => name.includes(part) || server.name.includes(part),
  );
  const operator = may(me.role, "OPERATOR");
  const create = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => change({ add: true })}
      disabled={!operator}
      title={operator ? undefined : "Operators may do this; you may look"}
    >
      Create a bench
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Benches"
        count={benches?.length}
        actions={
          <>
            {benches && benches.length > 3 ? (
              <TextInput
                aria-label="Find a bench"
                placeholder="Bench or server"
                leftSection={<IconSearch size={14} />}
                value={search.q ?? ""}
                onChange={(event) => change({ q: event.currentTarget.value || undefined })}
              />
            ) : null}
            {create}
          </>
        }
      />
      {error && !benches ? (
        <ErrorPanel
          title="The benches could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : !shown ? (
        <div className={classes.list} aria-busy>
          <Skeleton height={150} radius={10} />
          <Skeleton height={150} radius={10} />
          <Skeleton height={150} radius={10} />
        </div>
      ) : benches?.length === 0 ? (
        <EmptyState icon={<IconBox size={20} />} title="No bench yet" action={create}>
          A bench is a name, a master and a list of apps. Its sites run on its revisions: each app
          at one exact commit.
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState title={`No bench or server has “${search.q}” in its name`}>
          <Link to="/benches" search={{}}>
            Show all {benches?.length}
          </Link>
        </EmptyState>
      ) : (
        <div className={classes.list}>
          {shown.map((bench) => (
            <BenchCard key={bench.id} bench={bench} actions={actions?.(bench)} />
          ))}
        </div>
      )}
      {search.add ? (
        <CreateBenchForm
          names={benches?.map(({ name }) => name) ?? []}
          onClose={() => change({ add: undefined })}
        />
      ) : null}
    </>
  );
}
