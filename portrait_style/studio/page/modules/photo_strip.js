// The photos of a project, as a strip of thumbnails.

import { remove } from "./api.js";
import { confirmed } from "./dialogs.js";
import { byId, copyOf, keepInStep } from "./dom.js";
import { attempt } from "./messages.js";

/** Keep the strip in step with the studio's photos. */
export function showPhotos(studio) {
  const made = new Map();

  function thumbnail(photo) {
    const element = copyOf("photo");
    const [choose, drop] = element.querySelectorAll("button");
    choose.querySelector("img").src = photo.thumbnail_url;
    choose.setAttribute("aria-label", photo.name);
    choose.title = photo.name;
    choose.onclick = () => studio.choosePhoto(photo);
    drop.setAttribute("aria-label", `Delete ${photo.name}`);
    drop.onclick = () => attempt(() => deleted(photo));
    return element;
  }

  async function deleted(photo) {
    const kept = "Drawings of it that are kept in the gallery stay.";
    if (!(await confirmed(`Delete ${photo.name}?`, kept))) return;
    await remove(`/pictures/${photo.id}`);
    await studio.readPhotos();
  }

  function mark() {
    for (const [id, element] of made) {
      element.firstElementChild.setAttribute("aria-pressed", String(id === studio.photo?.id));
    }
  }

  studio.addEventListener("photos", () => {
    keepInStep(byId("photos"), studio.photos, made, thumbnail);
    mark();
  });
  studio.addEventListener("photo", mark);
}
