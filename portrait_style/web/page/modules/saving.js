// Handing the picture over: as a download, or to another program where the device can share.

/** Offer a file as a download. */
export function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Whether this device can share pictures. */
export function canShare() {
  const probe = new File([""], "picture.png", { type: "image/png" });
  return Boolean(navigator.canShare?.({ files: [probe] }));
}

/** Share a file; that somebody changed their mind is no error. */
export async function share(file) {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}
