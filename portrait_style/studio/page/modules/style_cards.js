// The style cards, each drawn by the server on the photo.

import { query } from "./api.js";
import { Cards } from "/web/modules/cards.js";

export class StyleCards extends Cards {
  /**
   * Have each card show its style on a photo; later cards are asked for when earlier ones are there.
   *
   * @param path of the project, below /api
   * @param photo number of the photo
   * @param model name of the model
   */
  async show(path, photo, model) {
    const round = ++this.round;
    for (const [style, card] of this.cards) {
      if (round !== this.round) return;
      const image = card.querySelector("img");
      const address = `/api${path}/card${query({ photo, model, style: style.key })}`;
      if (image.getAttribute("src") !== address) await loaded(image, address);
      if (round === this.round) card.classList.toggle("drawn", image.naturalWidth > 0);
    }
  }
}

/** A card that cannot be drawn stays empty: choosing its style says why. */
function loaded(image, address) {
  return new Promise((resolve) => {
    image.onload = image.onerror = resolve;
    image.src = address;
  });
}
