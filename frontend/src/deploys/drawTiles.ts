import type { SiteRow, SiteStatus } from "./deployState";
import { type TileField, tileAt, titleHeight } from "./tiles";

/** What is drawn: the places, and what stands in them. */
export interface TilePicture {
  field: TileField;
  width: number;
  groups: { title: string; figure: string; rows: readonly SiteRow[] }[];
  /** Sites that match the filters; null when all do. */
  bright: ReadonlySet<string> | null;
  picked: string | undefined;
  hover: { group: number; index: number } | null;
}

const fills: Record<SiteStatus, string> = {
  DONE: "--done-fill",
  ROLLED_BACK: "--wait-fill",
  BROKEN: "--bad-fill",
  NOT_STARTED: "--idle-fill",
  CANCELLED: "--idle-fill",
  RUNNING: "--run-fill",
  WAITING: "--idle-soft",
};

/** Draws the tiles of thousands of sites; cheap enough for every frame. */
export function drawTiles(canvas: HTMLCanvasElement, picture: TilePicture) {
  const { field, width, groups, bright, picked, hover } = picture;
  const context = canvas.getContext("2d");
  if (!context) {
    return;
  }
  const scale = globalThis.devicePixelRatio || 1;
  const pixels = [Math.round(width * scale), Math.round(field.height * scale)] as const;
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
    [canvas.width, canvas.height] = pixels;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${field.height}px`;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, field.height);

  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colours = Object.fromEntries(
    Object.entries(fills).map(([state, name]) => [state, token(name)]),
  ) as Record<SiteStatus, string>;
  const line = token("--line-strong");
  const radius = Math.max(1, Math.round(field.tile / 5));

  context.textBaseline = "middle";
  for (const place of field.groups) {
    const group = groups[place.group];
    if (!group) {
      continue;
    }
    const middle = place.top + titleHeight / 2 - 3;
    context.font = `500 11px ${style.getPropertyValue("--mantine-font-family-monospace")}`;
    context.fillStyle = token("--text");
    context.textAlign = "left";
    context.fillText(group.title, place.left, middle, place.width - 50);
    const after = context.measureText(group.title).width + 8;
    context.fillStyle = token("--text-faint");
    context.fillText(group.figure, place.left + Math.min(after, place.width - 46), middle);

    group.rows.forEach((site, index) => {
      const [left, top] = tileAt(field, place, index);
      context.globalAlpha = bright === null || bright.has(site.siteId) ? 1 : 0.18;
      drawTile(context, site, left, top, field.tile, radius, colours, line);
      if (site.siteId === picked || (hover?.group === place.group && hover.index === index)) {
        context.globalAlpha = 1;
        context.strokeStyle = token("--text");
        context.lineWidth = 1.5;
        box(context, left - 1, top - 1, field.tile + 2, radius + 1);
        context.stroke();
      }
    });
    context.globalAlpha = 1;
  }
}

function drawTile(
  context: CanvasRenderingContext2D,
  site: SiteRow,
  left: number,
  top: number,
  size: number,
  radius: number,
  colours: Record<SiteStatus, string>,
  line: string,
) {
  box(context, left, top, size, radius);
  context.fillStyle = site.status === "RUNNING" ? colours.WAITING : colours[site.status];
  context.fill();
  if (site.status === "RUNNING") {
    const height = Math.max(2, (size * site.percent) / 100);
    context.save();
    context.clip();
    context.fillStyle = colours.RUNNING;
    context.fillRect(left, top + size - height, size, height);
    context.restore();
    outline(context, left, top, size, radius, colours.RUNNING);
  } else if (site.status === "WAITING") {
    outline(context, left, top, size, radius, line);
  } else if (size >= 8 && site.status !== "DONE") {
    // A mark besides the colour: a cross for broken, a bar for rolled back or not started.
    const inset = size * 0.3;
    context.strokeStyle = "#ffffff";
    context.lineWidth = Math.max(1.2, size / 9);
    context.lineCap = "round";
    context.beginPath();
    if (site.status === "BROKEN") {
      context.moveTo(left + inset, top + inset);
      context.lineTo(left + size - inset, top + size - inset);
      context.moveTo(left + size - inset, top + inset);
      context.lineTo(left + inset, top + size - inset);
    } else {
      context.moveTo(left + inset, top + size / 2);
      context.lineTo(left + size - inset, top + size / 2);
    }
    context.stroke();
  }
}

function outline(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  size: number,
  radius: number,
  colour: string,
) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  box(context, left + 0.5, top + 0.5, size - 1, Math.max(0.5, radius - 0.5));
  context.stroke();
}

function box(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  size: number,
  radius: number,
) {
  context.beginPath();
  context.roundRect(left, top, size, size, radius);
}
