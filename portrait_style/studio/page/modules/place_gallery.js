// Gallery: what was kept, by date or by style, and two of it side by side.

import { get, patch, remove } from "./api.js";
import { askedName, confirmed } from "./dialogs.js";
import { byId, copyOf, make } from "./dom.js";
import { attempt } from "./messages.js";
import { clockOf, counted, dayOf, readable, stem } from "./words.js";

export class GalleryPlace {
  constructor(studio) {
    Object.assign(this, { studio, drawings: [], compared: [] });
    for (const radio of document.getElementsByName("sorting")) radio.onchange = () => this.show();
    byId("beside-close").onclick = () => this.compareNothing();
    const viewer = byId("viewer");
    viewer.querySelector(".close").onclick = () => viewer.close();
    viewer.querySelector(".rename").onclick = () => attempt(() => this.rename());
    viewer.querySelector(".delete").onclick = () => attempt(() => this.delete());
    studio.addEventListener("project", () => {
      this.compared = [];
      if (!byId("place-gallery").hidden) attempt(() => this.enter());
    });
  }

  async enter() {
    this.drawings = (await get(`${this.studio.path}/drawings`)).drawings;
    const known = new Set(this.drawings.map(({ id }) => id));
    this.compared = this.compared.filter((id) => known.has(id));
    this.show();
  }

  get sorting() {
    return document.querySelector("[name=sorting]:checked").value;
  }

  nameOf({ settings, name }) {
    return this.nameOfStyle(settings?.style) || name;
  }

  /** "style-3" and "taste-1" stand for names, which mixes hold too. */
  nameOfStyle(style) {
    const named = (key) => {
      const [kind, id] = key.split("-");
      if (kind === "taste") return this.studio.tastes.find((taste) => taste.id === Number(id))?.name;
      return this.studio.styles.find((known) => known.id === key)?.name;
    };
    const parts = String(style ?? "").split(",");
    const words = parts.map((part) => {
      const [key, share] = part.split(":");
      const word = named(key) ?? key;
      return share ? `${word} ${Math.round(100 * Number(share))} %` : word;
    });
    return readable(words.join(" + "));
  }

  show() {
    const isByDate = this.sorting === "date";
    const label = isByDate ? ({ created }) => dayOf(created) : (drawing) => this.nameOf(drawing);
    const groups = new Map();
    for (const drawing of this.drawings) {
      const name = label(drawing);
      groups.set(name, [...(groups.get(name) ?? []), drawing]);
    }
    const names = isByDate ? [...groups.keys()] : [...groups.keys()].sort();
    const sections = names.map((name) => {
      const cards = groups.get(name).map((drawing) => this.card(drawing));
      const title = make("h3", { textContent: name });
      title.append(make("small", { textContent: counted(cards.length, "drawing") }));
      return make("section", {}, title, make("ul", { className: "drawings" }, ...cards));
    });
    byId("gallery-groups").replaceChildren(...sections);
    byId("gallery-empty").hidden = this.drawings.length > 0;
    this.showCompared();
  }

  card(drawing) {
    const card = copyOf("drawing");
    const [open, compare] = card.querySelectorAll("button");
    const style = this.nameOf(drawing);
    const image = open.querySelector("img");
    image.src = drawing.thumbnail_url;
    Object.assign(image, { width: drawing.width, height: drawing.height });
    open.querySelector(".name").textContent = style;
    open.querySelector("small").textContent = `${drawing.name}, ${clockOf(drawing.created)}`;
    open.onclick = () => this.view(drawing);
    compare.textContent = "Compare";
    compare.setAttribute("aria-label", `Compare ${style}, ${drawing.name}`);
    compare.dataset.id = drawing.id;
    compare.onclick = () => this.compare(drawing.id);
    return card;
  }

  compare(id) {
    if (this.compared.includes(id)) this.compared = this.compared.filter((one) => one !== id);
    else this.compared = [...this.compared.slice(-1), id];
    this.showCompared();
    if (this.compared.length === 2) byId("beside-close").focus();
  }

  compareNothing() {
    this.compared = [];
    this.showCompared();
    byId("place-gallery").focus();
  }

  showCompared() {
    for (const button of byId("gallery-groups").querySelectorAll(".compare")) {
      const isChosen = this.compared.includes(Number(button.dataset.id));
      button.setAttribute("aria-pressed", String(isChosen));
      button.textContent = isChosen && this.compared.length === 1 ? "With which?" : "Compare";
    }
    const isPair = this.compared.length === 2;
    byId("beside").hidden = !isPair;
    byId("gallery-groups").hidden = isPair;
    if (!isPair) return;
    const figures = this.compared.map((id) => {
      const drawing = this.drawings.find((one) => one.id === id);
      const alt = `${drawing.name} drawn as ${this.nameOf(drawing)}`;
      const caption = make("figcaption", {}, make("strong", { textContent: this.nameOf(drawing) }));
      caption.append(make("span", { textContent: this.about(drawing) }));
      return make("figure", {}, make("img", { src: drawing.url, alt }), caption);
    });
    byId("beside").querySelector(".pair").replaceChildren(...figures);
  }

  about({ settings, width, height, created }) {
    const parts = [`${width} × ${height} pixels`, `${dayOf(created)}, ${clockOf(created)}`];
    if (settings?.model) parts.unshift(settings.model);
    if (settings?.intensity < 1) parts.push(`intensity ${Math.round(100 * settings.intensity)} %`);
    if (settings?.texture > 0) parts.push(`on ${settings.medium === "own" ? "its own ground" : settings.medium}`);
    return parts.join(" · ");
  }

  view(drawing) {
    this.viewed = drawing;
    const viewer = byId("viewer");
    const style = this.nameOf(drawing);
    viewer.querySelector("img").src = drawing.url;
    viewer.querySelector("img").alt = `${drawing.name} drawn as ${style}`;
    viewer.querySelector("h2").textContent = drawing.name;
    viewer.querySelector(".about").textContent = `${style} · ${this.about(drawing)}`;
    viewer.querySelector("a").href = drawing.url;
    viewer.querySelector("a").download = `${stem(drawing.name)}.png`;
    if (!viewer.open) viewer.showModal();
  }

  async rename() {
    const name = await askedName("Rename the drawing", this.viewed.name);
    if (name === null) return;
    const renamed = await patch(`/pictures/${this.viewed.id}`, { name });
    await this.enter();
    this.view(renamed);
  }

  async delete() {
    const { id, name } = this.viewed;
    if (!(await confirmed(`Delete ${name}?`, "The drawing is gone for good."))) return;
    await remove(`/pictures/${id}`);
    byId("viewer").close();
    await this.enter();
  }
}
