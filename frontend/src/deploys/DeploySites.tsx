import { CloseButton, SegmentedControl, TextInput } from "@mantine/core";
import { IconLayoutGrid, IconList, IconSearch } from "@tabler/icons-react";
import { EmptyState } from "../ui/EmptyState";
import classes from "./DeploySites.module.css";
import { countsOf, type ServerFigures } from "./deployFigures";
import { type DeploySearch, siteGroups } from "./deploySearch";
import type { DeployState, SiteRow } from "./deployState";
import { SitesTable } from "./SitesTable";
import { SiteTiles } from "./SiteTiles";
import type { Names } from "./useDeploy";

/** Past so many sites, tiles are shown unless the address says otherwise. */
const manySites = 150;

/** The sites of a deploy, as tiles or as a table, narrowed by state, server and name. */
export function DeploySites({
  state,
  shown,
  servers,
  names,
  search,
  onChange,
}: {
  state: DeployState;
  shown: SiteRow[];
  servers: ServerFigures[];
  names: Names;
  search: DeploySearch;
  onChange: (changed: DeploySearch) => void;
}) {
  const counts = countsOf(state.progress);
  const view = search.view ?? (state.progress.total > manySites ? "tiles" : "table");
  const open = (siteId: string) =>
    onChange({ site: search.site === siteId ? undefined : siteId, build: undefined });
  return (
    <section className={classes.sites} aria-label="Sites">
      <div className={classes.bar}>
        <div className={classes.filters} role="group" aria-label="Filter by state">
          <Chip
            word="All"
            count={state.progress.total}
            picked={search.state === undefined}
            onClick={() => onChange({ state: undefined })}
          />
          {siteGroups.map(({ key, word, states }) => {
            const count = states.reduce((sum, status) => sum + counts[status], 0);
            if (count === 0 && search.state !== key && key === "cancelled") {
              return null;
            }
            return (
              <Chip
                key={key}
                word={word}
                count={count}
                group={key}
                picked={search.state === key}
                onClick={() => onChange({ state: search.state === key ? undefined : key })}
              />
            );
          })}
          {search.server ? (
            <button
              type="button"
              className={classes.chip}
              data-picked
              onClick={() => onChange({ server: undefined })}
            >
              on {names.server(search.server)} ×
            </button>
          ) : null}
        </div>
        <TextInput
          size="xs"
          className={classes.find}
          aria-label="Find a site"
          placeholder="Find a site"
          leftSection={<IconSearch size={14} />}
          rightSection={
            search.q ? (
              <CloseButton
                size="xs"
                aria-label="Clear"
                onClick={() => onChange({ q: undefined })}
              />
            ) : null
          }
          value={search.q ?? ""}
          onChange={(event) => onChange({ q: event.currentTarget.value || undefined })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Show the sites as"
          value={view}
          onChange={(value) => onChange({ view: value === "tiles" ? "tiles" : "table" })}
          data={[
            { value: "tiles", label: <ViewLabel icon={IconLayoutGrid} word="Tiles" /> },
            { value: "table", label: <ViewLabel icon={IconList} word="Table" /> },
          ]}
        />
      </div>
      {shown.length === 0 ? (
        <div className={classes.none}>
          <EmptyState title="No site of this deploy matches">
            Clear the filters to see all {state.progress.total.toLocaleString("en")}.
          </EmptyState>
        </div>
      ) : view === "tiles" ? (
        <SiteTiles
          sites={shown}
          order={state.sites}
          servers={servers}
          names={names}
          picked={search.site}
          onOpen={open}
        />
      ) : (
        <SitesTable sites={shown} names={names} picked={search.site} onOpen={open} />
      )}
    </section>
  );
}

function Chip({
  word,
  count,
  group,
  picked,
  onClick,
}: {
  word: string;
  count: number;
  group?: string;
  picked: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className={classes.chip}
      data-picked={picked || undefined}
      data-group={count > 0 ? group : undefined}
      aria-pressed={picked}
      onClick={onClick}
    >
      {word} <span>{count.toLocaleString("en")}</span>
    </button>
  );
}

function ViewLabel({ icon: Icon, word }: { icon: typeof IconList; word: string }) {
  return (
    <span className={classes.viewLabel}>
      <Icon size={14} aria-hidden />
      {word}
    </span>
  );
}
