// The style cards: each style drawn on the photo, to be chosen or mixed in.

import { shownName } from "./palette.js";

const SIDE = 160;

export class Cards {
  /**
   * @param list the <ul> of the cards
   * @param template the <template> of one
   * @param palette `Palette`
   */
  constructor(list, template, palette) {
    Object.assign(this, { list, template, palette });
    this.cards = new Map();
    this.round = 0;
    palette.addEventListener("styles", () => this.build());
    palette.addEventListener("change", () => this.mark());
    this.build();
  }

  build() {
    const former = this.cards;
    this.cards = new Map(
      this.palette.styles.map((style) => [style, former.get(style) ?? this.card(style)]),
    );
    this.list.replaceChildren(...this.cards.values());
    this.mark();
  }

  card(style) {
    const card = this.template.content.firstElementChild.cloneNode(true);
    const [choose, mix] = card.querySelectorAll("button");
    card.querySelector(".name").textContent = shownName(style);
    if (style.description) choose.title = style.description;
    choose.onclick = () => this.palette.choose(style);
    mix.onclick = () => this.palette.toggle(style);
    return card;
  }

  /** Show which styles are chosen. */
  mark() {
    const { weights } = this.palette;
    for (const [style, card] of this.cards) {
      const [choose, mix] = card.querySelectorAll("button");
      const chosen = weights.has(style);
      choose.setAttribute("aria-pressed", String(chosen));
      mix.setAttribute("aria-pressed", String(chosen && weights.size > 1));
      const out = chosen && weights.size > 1;
      mix.setAttribute("aria-label", `${out ? "Take" : "Mix"} ${shownName(style)} ${out ? "out" : "in"}`);
      mix.disabled = chosen && weights.size === 1;
    }
  }

  /**
   * Draw every card anew; a later call ends an earlier one.
   *
   * @param thread `DrawingThread`
   */
  async draw(thread) {
    const round = ++this.round;
    for (const [style, card] of this.cards) {
      const wish = { code: style.code, intensity: 1, size: SIDE, medium: null, texture: 0 };
      const { width, height, data } = await thread.ask("card", wish);
      if (round !== this.round) return;
      const canvas = card.querySelector("canvas");
      Object.assign(canvas, { width, height });
      canvas.getContext("2d").putImageData(new ImageData(data, width), 0, 0);
      card.classList.add("drawn");
    }
  }
}
