import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DataTable.module.css";

/** One column: `cell` makes the content of a row. */
export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: "left" | "right";
  /** CSS width, such as `120px`; the rest is shared. */
  width?: string;
  /** Long content may break; by default a row is one line. */
  wrap?: boolean;
}

const skeletonRows = [0, 1, 2, 3, 4, 5];

/**
 * A plain table for tens to hundreds of rows with the look of all tables. While `rows` is undefined
 * it shows its skeleton. `onRow` makes rows clickable for the mouse; give one cell a link for the keyboard.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  onRow,
  active = -1,
  empty,
  more,
}: {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  onRow?: (row: Row) => void;
  /** Index of the row that the keyboard is on; -1 for none. */
  active?: number;
  /** Shown in place of the table when there are no rows. */
  empty?: ReactNode;
  /** Loads the next page; left out when there is none. */
  more?: { load: () => void; loading: boolean } | undefined;
}) {
  if (rows && rows.length === 0 && empty) {
    return <>{empty}</>;
  }
  const cellClass = (column: Column<Row>) =>
    [column.align === "right" ? classes.right : "", column.wrap ? "" : classes.nowrap].join(" ");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes.frame} aria-label={label} tabIndex={0}>
      <table className={classes.table} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cellClass(column)}
                style={column.width ? { width: column.width } : undefined}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? skeletonRows.map((row) => (
                <tr key={row}>
                  {columns.map((column, index) => (
                    <td key={column.key}>
                      <span
                        className={classes.skeleton}
                        style={{ width: `${40 + ((row * 7 + index * 13) % 5) * 10}%` }}
                      />
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((row, index) => (
                <tr
                  key={rowKey(row)}
                  data-clickable={onRow ? true : undefined}
                  data-active={index === active || undefined}
                  onClick={onRow ? () => onRow(row) : undefined}
                >
                  {columns.map((column) => (
                    <td key={column.key} className={cellClass(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
      {more ? (
        <div className={classes.more}>
          <Button size="xs" variant="default" loading={more.loading} onClick={more.load}>
            Show more
          </Button>
        </div>
      ) : null}
    </section>
  );
}
