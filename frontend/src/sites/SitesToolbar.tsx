import { ActionIcon, Button, Kbd, Menu, TextInput, Tooltip } from "@mantine/core";
import { IconColumns3, IconDownload, IconSearch } from "@tabler/icons-react";
import { type RefObject, useEffect, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import type { HealthState, SiteStatus } from "../gql/schema";
import { FilterChip } from "../ui/FilterChip";
import { healthLooks, siteLooks } from "../ui/tones";
import { columns } from "./columns";
import { SavedViews } from "./SavedViews";
import classes from "./SitesToolbar.module.css";
import type { View } from "./savedView";
import { backupAges, isFiltered, type SitesSearch } from "./sitesSearch";

const SiteFiltersQuery = graphql(/* GraphQL */ `
  query SiteFilters {
    servers {
      id
      name
      role
      siteCount
    }
    benches {
      id
      name
      siteCount
      server {
        id
        name
      }
    }
    siteVersions
  }
`);

/** How long to wait for the next letter before the list is asked for. */
const TYPING_MS = 150;

const statusOptions = (Object.keys(siteLooks) as SiteStatus[]).map((value) => ({
  value,
  label: siteLooks[value].word,
}));

const healthOptions = (["UP", "MAINTENANCE", "DOWN", "UNKNOWN"] as HealthState[]).map((value) => ({
  value,
  label: healthLooks[value].word,
}));

const backupOptions = backupAges.map((hours) => ({
  value: String(hours),
  label: hours < 72 ? `None of the last ${hours} hours` : `None of the last ${hours / 24} days`,
}));

const standbyOptions = [
  { value: "ONLY", label: "Only those that stand ready" },
  { value: "WITH", label: "Those too" },
] satisfies { value: NonNullable<SitesSearch["standby"]>; label: string }[];

/** Search, filters as chips, the column chooser and the export. All but the columns live in the address. */
export function SitesToolbar({
  search,
  onSearch,
  searchBox,
  hidden,
  onHidden,
  onView,
  exporting,
  onExport,
}: {
  search: SitesSearch;
  onSearch: (change: Partial<SitesSearch>) => void;
  searchBox: RefObject<HTMLInputElement | null>;
  hidden: readonly string[];
  onHidden: (hidden: string[]) => void;
  onView: (view: View) => void;
  exporting: boolean;
  onExport: () => void;
}) {
  const [{ data }] = useQuery({ query: SiteFiltersQuery });
  const servers = (data?.servers ?? []).filter(({ role }) => role !== "PROXY");
  return (
    <div role="search" className={classes.bar} aria-label="Filters">
      <SearchBox value={search.q ?? ""} onChange={(q) => onSearch({ q })} input={searchBox} />
      <FilterChip
        label="Status"
        options={statusOptions}
        values={search.status ?? []}
        onChange={(status) => onSearch({ status })}
      />
      <FilterChip
        label="Health"
        options={healthOptions}
        values={search.health ?? []}
        onChange={(health) => onSearch({ health })}
      />
      <FilterChip
        label="Backup"
        options={backupOptions}
        values={search.backup ? [String(search.backup)] : []}
        onChange={(chosen) => onSearch({ backup: Number(chosen.at(-1) ?? 0) })}
      />
      <FilterChip
        label="Standby"
        options={standbyOptions}
        values={search.standby ? [search.standby] : []}
        onChange={(chosen) => onSearch({ standby: chosen.at(-1) })}
      />
      <FilterChip
        label="Version"
        options={(data?.siteVersions ?? []).map((version) => ({ value: version, label: version }))}
        values={search.version ?? []}
        onChange={(version) => onSearch({ version })}
      />
      <FilterChip
        label="Bench"
        options={(data?.benches ?? []).map((bench) => ({
          value: bench.id,
          label: bench.name,
          hint: `${bench.server.name} · ${bench.siteCount}`,
        }))}
        values={search.bench ?? []}
        onChange={(bench) => onSearch({ bench })}
      />
      <FilterChip
        label="Server"
        options={servers.map((server) => ({
          value: server.id,
          label: server.name,
          hint: String(server.siteCount),
        }))}
        values={search.server ?? []}
        onChange={(server) => onSearch({ server })}
      />
      {isFiltered(search) ? (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          onClick={() =>
            onSearch({
              q: "",
              status: [],
              health: [],
              backup: 0,
              standby: undefined,
              version: [],
              bench: [],
              server: [],
            })
          }
        >
          Clear filters
        </Button>
      ) : null}
      <span className={classes.spacer} />
      <SavedViews view={{ search, hidden }} onView={onView} />
      <span className={classes.wide}>
        <Tooltip label="Export what matches as CSV">
          <ActionIcon size="lg" aria-label="Export as CSV" loading={exporting} onClick={onExport}>
            <IconDownload size={18} />
          </ActionIcon>
        </Tooltip>
        <ColumnMenu hidden={hidden} onHidden={onHidden} />
      </span>
    </div>
  );
}

function SearchBox({
  value,
  onChange,
  input,
}: {
  value: string;
  onChange: (value: string) => void;
  input: RefObject<HTMLInputElement | null>;
}) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    // The address changed by other means: a link, the back button, a cleared filter.
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === known) {
      return;
    }
    const timer = setTimeout(() => {
      setKnown(typed.trim());
      onChange(typed.trim());
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, known, onChange]);

  return (
    <TextInput
      ref={input}
      className={classes.search}
      size="xs"
      type="search"
      aria-label="Search by host name"
      placeholder="Search by host name"
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={typed === "" ? <Kbd size="xs">/</Kbd> : null}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.currentTarget.blur();
        }
      }}
    />
  );
}

function ColumnMenu({
  hidden,
  onHidden,
}: {
  hidden: readonly string[];
  onHidden: (hidden: string[]) => void;
}) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon size="lg" aria-label="Columns">
            <IconColumns3 size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {columns
          .filter((column) => column.enableHiding !== false)
          .map(({ id = "", header }) => (
            <Menu.CheckboxItem
              key={id}
              checked={!hidden.includes(id)}
              onChange={(shown) =>
                onHidden(shown ? hidden.filter((one) => one !== id) : [...hidden, id])
              }
            >
              {String(header)}
            </Menu.CheckboxItem>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
