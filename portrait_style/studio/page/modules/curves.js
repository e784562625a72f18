// Curves of learning, drawn as SVG: one small picture a number.

import { make } from "./dom.js";
import { readable, short } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, EDGE] = [240, 72, 3];

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * Give the points of a curve in its picture.
 *
 * @param points array of [step, value]
 * @returns array of [x, y]: within the picture, first at the left, the largest value at the top
 */
export function placed(points) {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const [steps, values] = [0, 1].map((i) => finite.map((point) => point[i]));
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const across = (WIDTH - 2 * EDGE) / Math.max(last - first, 1e-9);
  const down = (HEIGHT - 2 * EDGE) / Math.max(high - low, 1e-9);
  return finite.map(([step, value]) => [
    EDGE + (step - first) * across,
    high === low ? HEIGHT / 2 : EDGE + (high - value) * down,
  ]);
}

function curve(name) {
  const line = shape("polyline", { class: "line" });
  const end = shape("circle", { class: "end", r: EDGE });
  const ground = shape("line", { class: "ground", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT });
  const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", preserveAspectRatio: "none" };
  const picture = shape("svg", box);
  picture.append(ground, line, end);
  const value = make("output");
  const caption = make("figcaption", {}, make("span", { textContent: readable(name) }), value);
  const figure = make("figure", { className: "curve" }, picture, caption);
  const show = (points) => {
    const places = placed(points);
    if (places.length === 0) return;
    const [step, latest] = points[points.length - 1];
    line.setAttribute("points", places.map((place) => place.map((x) => x.toFixed(1))).join(" "));
    const [x, y] = places[places.length - 1];
    end.setAttribute("cx", x);
    end.setAttribute("cy", y);
    value.textContent = short(latest);
    picture.setAttribute("aria-label", `${readable(name)}: ${short(latest)} at step ${step}`);
  };
  return { figure, show };
}

export class Curves {
  /** @param element where the curves are shown */
  constructor(element) {
    this.element = element;
    this.curves = new Map();
  }

  /** @param curves {name: [[step, value], ...]} */
  show(curves) {
    for (const [name, points] of Object.entries(curves)) {
      // One point is no curve yet.
      if (points.length < 2) continue;
      if (!this.curves.has(name)) {
        this.curves.set(name, curve(name));
        this.element.append(this.curves.get(name).figure);
      }
      this.curves.get(name).show(points);
    }
    this.element.hidden = this.curves.size === 0;
  }
}
