/** How long a site was closed to visitors: `closed for 1.4 s`; empty when it was not. */
export function downWords(seconds: number | null): string {
  if (seconds === null) {
    return "";
  }
  if (seconds < 60) {
    return `closed for ${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return `closed for ${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`;
}
