// The picture in its frame, with files of the server beneath and above.

import { Stage } from "/web/modules/stage.js";

export class PictureStage extends Stage {
  /** Show a photo of the server beneath, {url, name, width, height}, or none. */
  showPicture(picture) {
    this.frame.classList.remove("live", "drawn");
    this.frame.classList.toggle("none", picture === null);
    if (picture === null) {
      this.image.removeAttribute("src");
      return;
    }
    this.image.src = picture.url;
    this.image.alt = picture.name;
    this.setAspect(picture.width, picture.height);
  }

  /** Show a drawing above, a Blob; gives its sides. */
  async showFile(blob, label) {
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    this.canvas.setAttribute("aria-label", label);
    this.frame.classList.add("drawn");
    return { width, height };
  }
}
