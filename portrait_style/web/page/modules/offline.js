// Keeping the page for a time without a network.

/** Have the browser keep the page's files, where it can; returns whether they are kept. */
export async function keepOffline() {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("sw.js");
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    // A browser that forbids it, as in private windows: the page works, with a network.
    return false;
  }
}
