// The weights of a mix, a slider a style.

import { shownName } from "./palette.js";

/**
 * Keep a list of sliders in step with what is chosen.
 *
 * @param panel the element that is shown where there is a mix
 * @param list the <ul> in it
 * @param template the <template> of one slider
 * @param palette `Palette`
 */
export function showMix(panel, list, template, palette) {
  const rows = new Map();

  function row(style) {
    const made = template.content.firstElementChild.cloneNode(true);
    const slider = made.querySelector("input");
    made.querySelector(".name").textContent = shownName(style);
    slider.setAttribute("aria-label", `How much ${shownName(style)}`);
    slider.oninput = () => palette.setWeight(style, Number(slider.value) / 100);
    return made;
  }

  function update() {
    panel.hidden = palette.parts.length < 2;
    const total = palette.parts.reduce((sum, { weight }) => sum + weight, 0);
    for (const style of rows.keys()) if (!palette.weights.has(style)) rows.delete(style);
    for (const { style, weight } of palette.parts) {
      if (!rows.has(style)) rows.set(style, row(style));
      const slider = rows.get(style).querySelector("input");
      slider.value = Math.round(100 * weight);
      const share = total > 0 ? weight / total : 1 / palette.parts.length;
      rows.get(style).querySelector("output").textContent = `${Math.round(100 * share)} %`;
    }
    const shown = [...palette.weights.keys()].map((style) => rows.get(style));
    // A slider that is being dragged stays where it is.
    if (shown.some((element, i) => list.children[i] !== element) || list.children.length !== shown.length) {
      list.replaceChildren(...shown);
    }
  }

  palette.addEventListener("change", update);
  update();
}
