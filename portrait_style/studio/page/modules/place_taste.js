// My taste: rounds of six pictures, of which one picks those that please.

import { get, post, remove, StudioError } from "./api.js";
import { confirmed } from "./dialogs.js";
import { button, byId, make } from "./dom.js";
import { attempt, inBackground, onClick } from "./messages.js";
import { counted } from "./words.js";

export class TastePlace {
  constructor(studio) {
    Object.assign(this, { studio, taste: null, liked: new Set() });
    byId("taste-new").onsubmit = (event) => {
      event.preventDefault();
      this.start(event.target.elements.name.value, event.submitter);
    };
    onClick(byId("taste-next"), () => this.next());
    byId("taste-draw").onclick = () => this.drawWith();
    byId("taste-delete").onclick = () => attempt(() => this.delete());
    studio.addEventListener("project", () => this.show(null));
    studio.addEventListener("styles", () => this.showTastes());
    studio.addEventListener("photo", () => this.showPhoto());
  }

  async enter() {
    await this.studio.readStyles();
    const known = this.studio.tastes.find(({ id }) => id === this.taste?.id);
    if (this.taste && !known) this.show(null);
    if (!this.taste && this.studio.tastes.length) await this.open(this.studio.tastes[0].id);
  }

  showPhoto() {
    const { photo } = this.studio;
    if (photo) byId("taste-photo").src = photo.thumbnail_url;
    else byId("taste-photo").removeAttribute("src");
  }

  async start(name, send) {
    send.disabled = true;
    await attempt(async () => {
      const { photo } = this.studio;
      if (!photo) throw new StudioError("Add a photo in Draw first.");
      const able = this.studio.models.filter((known) => known.taste).map((known) => known.name);
      const model = able.includes(byId("model").value) ? byId("model").value : able[0];
      const taste = await post(`${this.studio.path}/tastes`, { model, photo: photo.id, name });
      await this.studio.readStyles();
      this.show(taste);
    });
    send.disabled = false;
  }

  async open(id) {
    this.show(await get(`/tastes/${id}`));
  }

  showTastes() {
    const rows = this.studio.tastes.map(({ id, name }) => {
      const choose = button(name, () => attempt(() => this.open(id)));
      choose.setAttribute("aria-pressed", String(id === this.taste?.id));
      return make("li", {}, choose);
    });
    byId("tastes").replaceChildren(...rows);
    byId("tastes").hidden = rows.length === 0;
  }

  show(taste) {
    this.taste = taste;
    this.liked = new Set();
    byId("taste-rounds").hidden = taste === null;
    this.showTastes();
    if (taste === null) return;
    const sofar = taste.choices ? `, ${counted(taste.choices, "choice")} so far` : "";
    byId("taste-round").textContent = `${taste.name}: round ${taste.round}${sofar}`;
    byId("taste-pictures").replaceChildren(...taste.pictures.map((picture) => this.picture(picture)));
    byId("taste-profile").href = `/api/tastes/${taste.id}/profile`;
    byId("taste-profile").hidden = byId("taste-draw").hidden = !taste.code_known;
    this.showLiked();
  }

  picture({ number, url }) {
    const image = make("img", { src: url, alt: "" });
    const badge = make("span", { className: "number", textContent: number });
    badge.setAttribute("aria-hidden", "true");
    const pick = make("button", { type: "button", onclick: () => this.toggle(number) }, image, badge);
    pick.setAttribute("aria-label", `Picture ${number}`);
    pick.setAttribute("aria-pressed", "false");
    pick.dataset.number = number;
    return make("li", {}, pick);
  }

  toggle(number) {
    if (!this.liked.delete(number)) this.liked.add(number);
    this.showLiked();
  }

  showLiked() {
    for (const pick of byId("taste-pictures").querySelectorAll("button")) {
      pick.setAttribute("aria-pressed", String(this.liked.has(Number(pick.dataset.number))));
    }
    byId("taste-next").textContent = this.liked.size ? "Next round" : "None of these, show others";
  }

  /** Keys: 1 to 6 pick, Enter goes on. */
  press(event) {
    const isTyping = event.target.closest("input, select, textarea, dialog");
    const isBusy = this.taste === null || byId("taste-next").disabled;
    if (isTyping || isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
    const number = Number(event.key);
    if (this.taste.pictures.some((picture) => picture.number === number)) this.toggle(number);
    const isOnControl = event.target.closest("button, a");
    if (event.key === "Enter" && !isOnControl) byId("taste-next").click();
  }

  async next() {
    const liked = [...this.liked].sort((a, b) => a - b);
    this.show(await post(`/tastes/${this.taste.id}/choose`, { liked }));
    // Nobody need wait for the card in Draw.
    inBackground(() => this.studio.readStyles());
  }

  drawWith() {
    this.studio.wanted = { model: this.taste.model, style: `taste-${this.taste.id}` };
    location.hash = "#draw";
  }

  async delete() {
    const { id, name } = this.taste;
    if (!(await confirmed(`Delete ${name}?`, "Its choices and its style are deleted."))) return;
    await remove(`/tastes/${id}`);
    this.show(null);
    await this.enter();
  }
}
