// Which styles are chosen, and how much of each: names, weights and the code that comes of them.

import { mixCodes } from "./codes.js";

export class Palette extends EventTarget {
  /** @param styles array of {name, code, description, medium} */
  constructor(styles) {
    super();
    this.styles = [...styles];
    // Of each chosen style its weight, in the order in which they were chosen.
    this.weights = new Map();
    if (styles.length) this.weights.set(styles[0], 1);
  }

  /** Add a style, in front of the others and chosen alone; one of its name gives way. */
  add(style) {
    const former = this.styles.find(({ name, added }) => added && name === style.name);
    this.styles = [{ ...style, added: true }, ...this.styles.filter((known) => known !== former)];
    this.dispatchEvent(new Event("styles"));
    this.choose(this.styles[0]);
  }

  choose(style) {
    this.weights = new Map([[style, 1]]);
    this.changed();
  }

  /** Mix a style in, or take it out; the last one stays. */
  toggle(style) {
    if (!this.weights.has(style)) this.weights.set(style, 0.5);
    else if (this.weights.size > 1) this.weights.delete(style);
    // What is left alone is whole again.
    if (this.weights.size === 1) this.weights = new Map([[[...this.weights.keys()][0], 1]]);
    this.changed();
  }

  setWeight(style, weight) {
    this.weights.set(style, weight);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  get parts() {
    return [...this.weights].map(([style, weight]) => ({ style, weight }));
  }

  /** The mix; where all weights are 0, its parts count alike. */
  get code() {
    const weights = this.parts.map(({ weight }) => weight);
    const counted = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
    return mixCodes(this.parts.map(({ style }) => style.code), counted);
  }

  /** The medium of the heaviest style; of equal ones, of the first. */
  get medium() {
    const heaviest = this.parts.reduce((a, b) => (b.weight > a.weight ? b : a));
    return heaviest.style.medium;
  }

  /** How the mix is called. */
  get label() {
    return this.parts.map(({ style }) => style.name).join("+");
  }
}

/** A style's name as people read it. */
export function shownName(style) {
  return style.name.replaceAll("_", " ");
}
