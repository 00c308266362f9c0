/** Bytes as people read them: `512 kB`, `1.4 GB`; `?` when they are not known. */
export function size(bytes: number): string {
  if (bytes < 0) {
    return "?";
  }
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
