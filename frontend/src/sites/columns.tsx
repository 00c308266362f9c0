import { columnVisibilityFeature, createColumnHelper, tableFeatures } from "@tanstack/react-table";
import { BackupAge } from "../ui/BackupAge";
import { RelativeTime } from "../ui/RelativeTime";
import { SiteLink } from "../ui/SiteLink";
import { SiteHealth } from "./SiteHealth";
import { SiteState } from "./SiteState";
import classes from "./SitesTable.module.css";
import type { SiteRow } from "./siteList";

export const features = tableFeatures({ columnVisibilityFeature });

const helper = createColumnHelper<typeof features, SiteRow>();

const dim = ({ getValue }: { getValue: () => string }) => (
  <span className={classes.dim}>{getValue()}</span>
);

/** The columns of the list. Their ids are kept in the browser with what is shown. */
export const columns = helper.columns([
  helper.accessor("name", {
    id: "NAME",
    header: "Site",
    enableHiding: false,
    cell: ({ row }) => (
      <span className={classes.name}>
        <SiteLink site={row.original} />
        <small>{row.original.version}</small>
      </span>
    ),
  }),
  helper.display({
    id: "STATUS",
    header: "Status",
    enableHiding: false,
    cell: ({ row }) => <SiteState site={row.original} />,
  }),
  helper.display({
    id: "HEALTH",
    header: "Health",
    cell: ({ row }) => <SiteHealth health={row.original.health} />,
  }),
  helper.accessor("version", { id: "VERSION", header: "Version" }),
  helper.accessor("bench.name", { id: "BENCH", header: "Bench", cell: dim }),
  helper.accessor("revision.name", { id: "REVISION", header: "Revision", cell: dim }),
  helper.accessor("server.name", { id: "SERVER", header: "Server", cell: dim }),
  helper.display({
    id: "BACKUP",
    header: "Backup",
    cell: ({ row: { original } }) => (
      <BackupAge at={original.lastBackupAt} created={original.createdAt} />
    ),
  }),
  helper.accessor("createdAt", {
    id: "CREATED",
    header: "Created",
    cell: ({ row }) => (
      <span className={classes.dim}>
        <RelativeTime at={row.original.createdAt} />
      </span>
    ),
  }),
]);

/** CSS widths by column id; `minmax` so that wide screens are used and narrow ones scroll. */
export const widths: Record<string, string> = {
  NAME: "minmax(220px, 2.4fr)",
  STATUS: "minmax(150px, 1.2fr)",
  HEALTH: "minmax(120px, 1fr)",
  VERSION: "minmax(130px, 1fr)",
  BENCH: "minmax(110px, 1fr)",
  REVISION: "84px",
  SERVER: "minmax(80px, 0.8fr)",
  BACKUP: "100px",
  CREATED: "100px",
};

/** What a narrow screen shows; the version stands below the name there. */
export const narrowColumns = ["NAME", "STATUS"];

/** Columns that the server can order by. */
export const sortable = ["NAME", "VERSION", "CREATED"] as const;
