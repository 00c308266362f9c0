import {
  type KeyboardEvent,
  type MouseEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { deploySiteLooks } from "../ui/tones";
import type { ServerFigures } from "./deployFigures";
import type { SiteRow } from "./deployState";
import { drawTiles } from "./drawTiles";
import classes from "./SiteTiles.module.css";
import { tileAt, tileField, tileUnder } from "./tiles";
import type { Names } from "./useDeploy";

/** One small square a site, grouped by server, coloured by state; a running one fills as it goes on. */
export function SiteTiles({
  sites,
  order,
  servers,
  names,
  picked,
  onOpen,
}: {
  /** The sites that match the filters; the others are drawn faint. */
  sites: SiteRow[];
  /** All sites, in the order that never changes, so that a tile keeps its place. */
  order: readonly SiteRow[];
  servers: ServerFigures[];
  names: Names;
  picked: string | undefined;
  onOpen: (siteId: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 1000, height: 420 });
  const [hover, setHover] = useState<{ group: number; index: number } | null>(null);
  const [theme, setTheme] = useState(0);

  const groups = useMemo(() => {
    const byServer = new Map<string, SiteRow[]>(servers.map(({ serverId }) => [serverId, []]));
    for (const site of order) {
      byServer.get(site.serverId)?.push(site);
    }
    return [...byServer].map(([serverId, rows]) => ({ serverId, rows }));
  }, [order, servers]);
  const counts = useMemo(() => groups.map(({ rows }) => rows.length), [groups]);
  const counted = counts.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout depends on the counts alone
  const field = useMemo(() => tileField(counts, size.width, size.height), [counted, size]);
  const bright = useMemo(
    () => (sites.length === order.length ? null : new Set(sites.map(({ siteId }) => siteId))),
    [sites, order],
  );

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const measure = () =>
      setSize({
        width: Math.max(60, element.clientWidth - 32),
        height: Math.max(220, element.clientHeight - 32),
      });
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    const themed = new MutationObserver(() => setTheme((before) => before + 1));
    themed.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme draws other colours
  useLayoutEffect(() => {
    if (canvas.current) {
      drawTiles(canvas.current, {
        field,
        width: size.width,
        groups: groups.map(({ serverId, rows }, index) => ({
          title: names.server(serverId),
          figure: serverFigure(servers[index]),
          rows,
        })),
        bright,
        picked,
        hover,
      });
    }
  }, [field, size, groups, names, servers, bright, picked, hover, theme]);

  const under = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return tileUnder(field, counts, event.clientX - box.left, event.clientY - box.top);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = hover ?? { group: 0, index: -1 };
    const columns = field.groups[at.group]?.columns ?? 1;
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setHover(moved(counts, at, by));
    } else if ((event.key === "Enter" || event.key === " ") && hovered) {
      event.preventDefault();
      onOpen(hovered.siteId);
    }
  };

  const hovered = hover ? groups[hover.group]?.rows[hover.index] : undefined;
  const place = hover ? field.groups[hover.group] : undefined;
  const [left, top] = place && hover ? tileAt(field, place, hover.index) : [0, 0];
  return (
    <div ref={frame} className={classes.frame}>
      <div className={classes.field} style={{ height: field.height }}>
        <canvas
          ref={canvas}
          className={classes.canvas}
          data-pointing={hovered ? true : undefined}
          tabIndex={0}
          role="img"
          aria-label={`${order.length} sites as tiles. Arrow keys move, Enter opens; the table has the same in words.`}
          onMouseMove={(event) => setHover(under(event))}
          onMouseLeave={() => setHover(null)}
          onBlur={() => setHover(null)}
          onKeyDown={onKeyDown}
          onClick={(event) => {
            const tile = under(event);
            const site = tile ? groups[tile.group]?.rows[tile.index] : undefined;
            if (site) {
              onOpen(site.siteId);
            }
          }}
        />
        {hovered ? (
          <div
            className={classes.tip}
            role="status"
            style={{
              left: Math.min(left, Math.max(0, size.width - 300)),
              top: top + field.tile + 8,
            }}
          >
            <b>{hovered.siteName}</b>
            <span>
              {deploySiteLooks[hovered.status].word}
              {hovered.status === "RUNNING"
                ? ` · ${hovered.step} · ${hovered.percent} %`
                : hovered.errorMessage
                  ? ` · ${hovered.errorMessage}`
                  : ""}
            </span>
            {hovered.status === "RUNNING" && hovered.detail ? <code>{hovered.detail}</code> : null}
          </div>
        ) : null}
      </div>
    </div>
  );
}

function serverFigure(server: ServerFigures | undefined): string {
  if (!server) {
    return "";
  }
  const ended = server.total - server.counts.RUNNING - server.counts.WAITING;
  return `${ended.toLocaleString("en")}/${server.total.toLocaleString("en")}`;
}

/** The tile so many places further, into the next group past the end of one. */
function moved(counts: readonly number[], from: { group: number; index: number }, by: number) {
  let { group, index } = from;
  index += by;
  while (index < 0 && group > 0) {
    group--;
    index += counts[group] ?? 0;
  }
  while (index >= (counts[group] ?? 0) && group < counts.length - 1) {
    index -= counts[group] ?? 0;
    group++;
  }
  return { group, index: Math.min(Math.max(index, 0), Math.max(0, (counts[group] ?? 1) - 1)) };
}
