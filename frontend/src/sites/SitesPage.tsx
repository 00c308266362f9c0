import { Button } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconWorld } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { uncached } from "../client/client";
import { faultsOf } from "../client/errors";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import { download } from "../ui/download";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { Fill } from "../ui/Fill";
import { PageHeader } from "../ui/PageHeader";
import { csvOf } from "./csv";
import { SelectionBar } from "./SelectionBar";
import { SitesTable } from "./SitesTable";
import { SitesToolbar } from "./SitesToolbar";
import { howMany } from "./selection";
import { loadAll, type SiteRow } from "./siteList";
import {
  filterOf,
  isFiltered,
  orderOf,
  readSitesSearch,
  type SitesSearch,
  sortedBy,
} from "./sitesSearch";
import { useListKeys } from "./useListKeys";
import { useSelection } from "./useSelection";
import { useSiteList } from "./useSiteList";

const SiteIdsQuery = graphql(/* GraphQL */ `
  query SiteIds($filter: SiteFilter!) {
    siteIds(filter: $filter)
  }
`);

/** What the deploy form gets from the list beside it. */
export interface DeployFormProps {
  step: NonNullable<SitesSearch["deploy"]>;
  /** Exactly these sites. */
  siteIds: readonly string[];
  /** Those of them that are loaded; the form guesses the app from their versions. */
  known: readonly SiteRow[];
  onStep: (step: SitesSearch["deploy"]) => void;
  /** Another choice of sites, such as without those that stand in the way. */
  onSites: (ids: string[]) => void;
  /** The deploy is on its way: the ticks are no longer needed. */
  onStarted: () => void;
}

const route = getRouteApi("/shell/sites");

/** The list of all sites: find, tick, and do something with the ticked ones. */
export function SitesPage({
  deployForm,
  changeForm,
}: {
  deployForm: (props: DeployFormProps) => ReactNode;
  /** The dialog that changes all ticked sites together. */
  changeForm?: (props: {
    siteIds: readonly string[];
    /** What it offers first; whatever it likes when left out. */
    deed?: "SERVE";
    onSites: (ids: string[]) => void;
    onStarted: () => void;
    onClose: () => void;
  }) => ReactNode;
}) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const client = useClient();
  const filter = filterOf(search);
  const { list, state, waiting } = useSiteList(filter, orderOf(search));
  const { selection, tick, tickTo, tickAll, choose, clear } = useSelection();
  const [active, setActive] = useState(-1);
  const [choosing, setChoosing] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [changing, setChanging] = useState(false);
  const [hidden, setHidden] = useLocalStorage<string[]>({
    key: "central.sites.hidden",
    defaultValue: ["REVISION"],
    getInitialValueInEffect: false,
  });
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const searchBox = useRef<HTMLInputElement>(null);

  const ids = useMemo(() => state.rows.map((row) => row.id), [state.rows]);
  const known = useMemo(
    () => state.rows.filter((row) => selection.ids.has(row.id)),
    [state.rows, selection],
  );
  const total = state.total ?? 0;

  const onSearch = useCallback(
    (change: Partial<SitesSearch>) => {
      setActive(-1);
      void navigate({
        search: (current) => readSitesSearch({ ...current, ...change }),
        replace: true,
      });
    },
    [navigate],
  );

  const onTick = (id: string, range: boolean) => (range ? tickTo(ids, id) : tick(id));

  const chooseAll = async () => {
    setChoosing(true);
    const { data, error } = await client.query(SiteIdsQuery, { filter }, uncached).toPromise();
    setChoosing(false);
    if (data) {
      choose(data.siteIds);
    } else {
      complain("The sites could not be ticked", error);
    }
  };

  const exportAll = async () => {
    setExporting(true);
    try {
      const rows = await loadAll(client, filter, orderOf(search));
      download("sites.csv", "text/csv;charset=utf-8", csvOf(rows));
    } catch (error) {
      complain("The sites could not be exported", error);
    }
    setExporting(false);
  };

  useListKeys(
    {
      "/": () => searchBox.current?.focus(),
      j: () => setActive((index) => Math.min(index + 1, state.rows.length - 1)),
      k: () => setActive((index) => Math.max(index - 1, 0)),
      x: () => {
        const row = state.rows[active];
        if (row) {
          tick(row.id);
        }
      },
      Escape: clear,
    },
    search.deploy === undefined && !search.visitors && !changing,
  );

  const ticked = selection.ids.size;
  const allTicked = ids.length === total && howMany(selection, ids) === ids.length;
  const deployStep = (step: SitesSearch["deploy"]) =>
    navigate({ search: (current) => readSitesSearch({ ...current, deploy: step }) });
  const openVisitors = (opened: boolean) =>
    void navigate({ search: (current) => readSitesSearch({ ...current, visitors: opened }) });

  return (
    <>
      <PageHeader title="Sites" count={state.total} />
      <SitesToolbar
        search={search}
        onSearch={onSearch}
        searchBox={searchBox}
        hidden={hidden}
        onHidden={setHidden}
        onView={(view) => {
          setActive(-1);
          setHidden([...view.hidden]);
          void navigate({ search: view.search });
        }}
        exporting={exporting}
        onExport={exportAll}
      />
      {state.error ? (
        <div style={{ marginBottom: 12 }}>
          <ErrorPanel
            title={
              state.total === undefined
                ? "The list of sites did not come"
                : "The list of sites could not be refreshed"
            }
            error={state.error}
            onRetry={() => list.retry()}
          />
        </div>
      ) : null}
      <Fill>
        {state.total === 0 ? (
          <NoSites filtered={isFiltered(search)} />
        ) : (
          <SitesTable
            list={list}
            state={state}
            stale={waiting && state.total !== undefined}
            narrow={narrow}
            hidden={hidden}
            search={search}
            selection={selection}
            active={active}
            onActive={setActive}
            onTick={onTick}
            onTickAll={() => tickAll(ids)}
            onSort={(field) => onSearch({ sort: "NAME", desc: false, ...sortedBy(search, field) })}
          />
        )}
        {ticked > 0 && search.deploy === undefined ? (
          <SelectionBar
            count={ticked}
            matching={allTicked || total <= 1 ? undefined : total}
            choosing={choosing}
            mayAct={may(me.role, "OPERATOR")}
            onChooseAll={chooseAll}
            onClear={clear}
            onVisitors={() => openVisitors(true)}
            onChange={() => setChanging(true)}
            onDeploy={() => deployStep("release")}
          />
        ) : null}
      </Fill>
      {search.deploy
        ? deployForm({
            step: search.deploy,
            siteIds: [...selection.ids],
            known,
            onStep: deployStep,
            onSites: choose,
            onStarted: clear,
          })
        : null}
      {(changing || search.visitors) && ticked > 0 && may(me.role, "OPERATOR")
        ? changeForm?.({
            siteIds: [...selection.ids],
            ...(search.visitors ? { deed: "SERVE" } : {}),
            onSites: choose,
            onStarted: clear,
            onClose: () => (search.visitors ? openVisitors(false) : setChanging(false)),
          })
        : null}
    </>
  );
}

function NoSites({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState
      icon={<IconWorld size={22} />}
      title="No site matches"
      action={
        <Button component={Link} to="/sites" variant="default" size="xs">
          Clear filters
        </Button>
      }
    >
      Archived sites and those that could not be created show only when their status is chosen.
    </EmptyState>
  ) : (
    <EmptyState
      icon={<IconWorld size={22} />}
      title="No sites yet"
      action={
        <Button component={Link} to="/benches" variant="default" size="xs">
          To the benches
        </Button>
      }
    >
      Each customer's site shows here once it is created on a bench.
    </EmptyState>
  );
}

function complain(title: string, error: unknown) {
  for (const { message } of faultsOf(error)) {
    notifications.show({ color: "red", title, message });
  }
}
