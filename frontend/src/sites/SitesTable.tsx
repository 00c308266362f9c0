import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type MouseEvent, useEffect, useRef } from "react";
import type { SiteOrderField } from "../gql/schema";
import { columns, features, narrowColumns, sortable, widths } from "./columns";
import classes from "./SitesTable.module.css";
import { howMany, type Selection } from "./selection";
import type { SiteList, SiteListState, SiteRow } from "./siteList";
import type { SitesSearch } from "./sitesSearch";

/** Rows of a list of sites that is not loaded yet are shown as their skeleton. */
const SKELETON_ROWS = 14;

/** The virtualised table: it holds any number of sites and renders those in sight. */
export function SitesTable({
  list,
  state,
  stale,
  narrow,
  hidden,
  search,
  selection,
  active,
  onActive,
  onTick,
  onTickAll,
  onSort,
}: {
  list: SiteList;
  state: SiteListState;
  /** The rows are those of the filter before. */
  stale: boolean;
  narrow: boolean;
  /** Ids of the columns that are not shown. */
  hidden: readonly string[];
  search: SitesSearch;
  selection: Selection;
  /** Index of the row that the keyboard is on; -1 for none. */
  active: number;
  onActive: (index: number) => void;
  /** `range` with the shift key. */
  onTick: (id: string, range: boolean) => void;
  onTickAll: () => void;
  onSort: (field: SiteOrderField) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const columnVisibility = Object.fromEntries(
    columns.map(({ id = "" }) => [id, narrow ? narrowColumns.includes(id) : !hidden.includes(id)]),
  );
  const table = useTable({
    features,
    columns,
    data: state.rows,
    getRowId: (row: SiteRow) => row.id,
    state: { columnVisibility },
  });
  const rows = table.getRowModel().rows;
  const count = state.total ?? SKELETON_ROWS;
  const rowHeight = narrow ? 56 : 36;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useEffect(() => list.look(first, last), [list, first, last]);
  useEffect(() => {
    if (active >= 0) {
      virtualizer.scrollToIndex(active, { align: "auto" });
    }
  }, [virtualizer, active]);

  const ids = state.rows.map((row) => row.id);
  const ticked = howMany(selection, ids);
  const visible = table.getVisibleLeafColumns();
  const template = visible.map((column) => widths[column.id] ?? "1fr").join(" ");
  const tick = (event: MouseEvent, id: string, index: number) => {
    onActive(index);
    onTick(id, event.shiftKey);
  };

  return (
    <div
      ref={frame}
      className={classes.frame}
      role="grid"
      aria-label="Sites"
      aria-rowcount={(state.total ?? 0) + 1}
      aria-multiselectable
      aria-busy={stale || state.total === undefined}
      aria-activedescendant={active >= 0 ? `site-row-${active}` : undefined}
      tabIndex={0}
      style={{ "--columns": template } as CSSProperties}
    >
      <div className={classes.head} role="row" aria-rowindex={1} tabIndex={-1}>
        <div role="columnheader" className={classes.tick} tabIndex={-1}>
          <Checkbox
            size="xs"
            aria-label="Tick all loaded sites"
            style={{ pointerEvents: "auto" }}
            checked={ticked > 0 && ticked === ids.length}
            indeterminate={ticked > 0 && ticked < ids.length}
            disabled={ids.length === 0}
            onChange={onTickAll}
          />
        </div>
        {table.getFlatHeaders().map((header) => (
          <ColumnHead
            key={header.id}
            id={header.column.id}
            name={String(header.column.columnDef.header)}
            search={search}
            onSort={onSort}
          />
        ))}
      </div>
      <div
        className={`${classes.body} ${stale ? classes.stale : ""}`}
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          const style = { height: rowHeight, transform: `translateY(${item.start}px)` };
          if (!row) {
            return (
              <div key={item.key} className={classes.row} style={style} aria-hidden>
                <div />
                {visible.map((column) => (
                  <div key={column.id} className={classes.cell}>
                    <span className={classes.bone} />
                  </div>
                ))}
              </div>
            );
          }
          const isTicked = selection.ids.has(row.id);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: j, k and x move and tick for the whole list
            <div
              key={item.key}
              id={`site-row-${item.index}`}
              className={classes.row}
              style={style}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              aria-selected={isTicked}
              data-ticked={isTicked || undefined}
              data-active={item.index === active || undefined}
              onClick={(event) => tick(event, row.id, item.index)}
              onMouseDown={(event) => event.shiftKey && event.preventDefault()}
            >
              <div role="gridcell" className={classes.tick} tabIndex={-1}>
                <Checkbox
                  size="xs"
                  checked={isTicked}
                  readOnly
                  tabIndex={-1}
                  aria-label={`Tick ${row.original.name}`}
                />
              </div>
              {row.getVisibleCells().map((cell) => (
                <div key={cell.id} role="gridcell" className={classes.cell} tabIndex={-1}>
                  <table.FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function ColumnHead({
  id,
  name,
  search,
  onSort,
}: {
  id: string;
  name: string;
  search: SitesSearch;
  onSort: (field: SiteOrderField) => void;
}) {
  const field = sortable.find((one) => one === id);
  const sorted = field !== undefined && (search.sort ?? "NAME") === field;
  const Arrow = search.desc ? IconArrowDown : IconArrowUp;
  const direction = search.desc ? "descending" : "ascending";
  return (
    <div
      role="columnheader"
      className={classes.cell}
      aria-sort={sorted ? direction : undefined}
      tabIndex={-1}
    >
      {field ? (
        <button type="button" data-sorted={sorted || undefined} onClick={() => onSort(field)}>
          {name}
          {sorted ? <Arrow size={13} aria-hidden /> : null}
        </button>
      ) : (
        name
      )}
    </div>
  );
}
