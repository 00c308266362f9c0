const remembered = "central.reloaded-for-chunk";

/**
 * A part of the page that is loaded when it is needed may be gone, as after an upgrade of Central, or lost on the way.
 * The page then starts anew, which brings all parts of one version; at most once in ten seconds, for what is missing
 * still is told of as any error is.
 */
export function reloadForLostChunks(
  page: Pick<Window, "addEventListener" | "sessionStorage" | "location"> = window,
  now: () => number = Date.now,
) {
  page.addEventListener("vite:preloadError", (event) => {
    const last = Number(page.sessionStorage.getItem(remembered) ?? 0);
    if (now() - last > 10_000) {
      event.preventDefault();
      page.sessionStorage.setItem(remembered, String(now()));
      page.location.reload();
    }
  });
}
