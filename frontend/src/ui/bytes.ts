const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A size in the largest unit that leaves at least 1: `512 B`, `1.5 GiB`, `24 GiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${text} ${units[unit]}`;
}

/** A share from 0 to 1 as whole percent: `92 %`. */
export function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`;
}
