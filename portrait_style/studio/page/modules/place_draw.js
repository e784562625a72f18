// Draw: a photo, a style or a mix of styles, and how it is drawn.

import { form, post, remove, request } from "./api.js";
import { button, byId, make } from "./dom.js";
import { receiveChosen } from "./incoming.js";
import { attempt, complain, inBackground, onClick, tell } from "./messages.js";
import { showPhotos } from "./photo_strip.js";
import { PictureStage } from "./picture_stage.js";
import { StyleCards } from "./style_cards.js";
import { counted, stem } from "./words.js";
import { Camera } from "/web/modules/camera.js";
import { latestOnly } from "/web/modules/drawing_thread.js";
import { showMix } from "/web/modules/mix_panel.js";
import { Palette } from "/web/modules/palette.js";
import { download } from "/web/modules/saving.js";
import { Settings } from "/web/modules/settings.js";

// Pixels up to which a picture is drawn at once; a larger one is drawn small first.
const QUICK = 768;
// Milliseconds after which nobody is moving a slider any more.
const SETTLED = 300;
const STYLE_FILE = /\.(style|json)$/i;

export class DrawPlace {
  constructor(studio) {
    this.studio = studio;
    this.stage = new PictureStage(byId("frame"));
    this.camera = new Camera(this.stage.video);
    this.palette = new Palette([]);
    this.cards = new StyleCards(byId("cards"), byId("card"), this.palette);
    showMix(byId("mix"), byId("weights"), byId("weight"), this.palette);
    showPhotos(studio);
    this.redraw = latestOnly(() => this.drawSoon());
    this.palette.addEventListener("change", () => this.wished());
    studio.addEventListener("models", () => this.showModels());
    studio.addEventListener("styles", () => this.showStyles());
    studio.addEventListener("photo", () => this.showPhoto());
    this.listen();
  }

  listen() {
    receiveChosen(byId("file"), (files) => this.receive(files));
    receiveChosen(byId("style-file"), (files) => this.receive(files));
    onClick(byId("camera"), () => this.toggleCamera());
    onClick(byId("shoot"), () => this.shoot());
    byId("keep").onclick = () => this.handOver("keep", () => this.keep());
    byId("download").onclick = () => this.handOver("download", () => this.save());
    byId("model").onchange = () => this.showStyles();
  }

  /** Photos and styles are looked for again: another window may have changed them. */
  async enter() {
    const { studio } = this;
    await studio.readModels();
    await studio.readPhotos();
    await studio.readStyles();
    if (!studio.wanted) return;
    const { model, style } = studio.wanted;
    studio.wanted = null;
    this.choose(style, model);
  }

  /** Take photos, or files of styles. */
  receive(files) {
    const styles = files.filter(({ name }) => STYLE_FILE.test(name));
    const photos = files.filter(({ name }) => !STYLE_FILE.test(name));
    return attempt(async () => {
      for (const file of styles) await this.addStyle(file);
      if (photos.length === 0) return;
      this.stopCamera();
      byId("status").textContent = `Adding ${counted(photos.length, "photo")}…`;
      try {
        const refused = await this.studio.addPhotos(photos);
        if (refused.length) {
          complain(refused.map(({ name, error }) => lineOf(name, error)).join(" "));
        }
      } finally {
        this.changed();
      }
    });
  }

  async addStyle(file) {
    const { path } = this.studio;
    const added = await post(`${path}/styles`, form({ file, model: byId("model").value }));
    await this.studio.readStyles();
    this.choose(added.id);
  }

  /** Choose a style by its key, such as "taste-3", or only a model. */
  choose(key, model = byId("model").value) {
    const isKnown = this.studio.models.some(({ name }) => name === model);
    if (isKnown && model !== byId("model").value) {
      byId("model").value = model;
      this.showStyles();
    }
    const style = this.palette.styles.find((known) => known.key === key);
    if (style) this.palette.choose(style);
  }

  showModels() {
    const chosen = byId("model").value;
    const { models, state } = this.studio;
    byId("model").replaceChildren(...models.map(({ name, title }) => new Option(title, name)));
    byId("model").value = models.some(({ name }) => name === chosen) ? chosen : models[0].name;
    byId("model-label").hidden = models.length < 2;
    this.showStyles();
    if (this.settings) return;
    const media = Object.fromEntries(state.media.map((name) => [name, name]));
    this.settings = new Settings(byId, { media }, this.palette);
    this.settings.addEventListener("change", () => this.wished());
  }

  get model() {
    return this.studio.models.find(({ name }) => name === byId("model").value);
  }

  /** Styles of the project come first, then those of the model. */
  stylesOf({ name: model, styles }) {
    const { studio } = this;
    const own = [
      ...studio.tastes
        .filter((taste) => taste.model === model && taste.code_known)
        .map(({ id, name }) => ({ key: `taste-${id}`, name, medium: null })),
      ...studio.styles
        .filter((style) => !style.model || style.model === model)
        .map(({ id, name, medium = null }) => ({ key: id, name, medium })),
    ];
    const added = own.map((style) => ({ ...style, added: true }));
    return [...added, ...styles.map((style) => ({ ...style, key: style.name }))];
  }

  /** Show the cards anew; styles that are chosen stay so where they are still there. */
  showStyles() {
    const { palette, model } = this;
    const shape = (styles) => JSON.stringify(styles);
    const styles = this.stylesOf(model);
    const isSame = shape(styles) === shape(palette.styles) && this.shownModel === model.name;
    this.showOwnStyles();
    if (isSame) return;
    const weights = new Map([...palette.weights].map(([{ key }, weight]) => [key, weight]));
    palette.styles = styles;
    const kept = styles.filter(({ key }) => weights.has(key));
    palette.weights = new Map(kept.map((style) => [style, weights.get(style.key)]));
    const first = styles.find(({ added }) => !added) ?? styles[0];
    if (kept.length === 0 && first) palette.weights.set(first, 1);
    this.shownModel = model.name;
    palette.dispatchEvent(new Event("styles"));
    palette.changed();
    this.drawCards();
  }

  showOwnStyles() {
    const rows = this.studio.styles.map((style) =>
      make(
        "li",
        {},
        make("span", { className: "name", textContent: style.name }),
        button("Delete", () => attempt(() => this.deleteStyle(style)), {
          className: "quiet",
          "aria-label": `Delete ${style.name}`,
        }),
      ),
    );
    byId("kept-styles").replaceChildren(...rows);
  }

  async deleteStyle({ id }) {
    await remove(`/styles/${String(id).replace("style-", "")}`);
    await this.studio.readStyles();
  }

  showPhoto() {
    if (this.camera.isOn) return;
    this.stage.showPicture(this.studio.photo);
    this.changed();
    this.drawCards();
  }

  drawCards() {
    const { studio, model } = this;
    if (studio.photo && model) this.cards.show(studio.path, studio.photo.id, model.name);
  }

  /** Whether the picture that is shown is the one that was asked for, at full size. */
  set settled(value) {
    byId("frame").setAttribute("aria-busy", String(!value));
  }

  /** Somebody wants it otherwise: what failed before is past. */
  wished() {
    complain(null);
    this.changed();
  }

  changed() {
    if (this.camera.isOn) return;
    const { photo } = this.studio;
    for (const id of ["keep", "download"]) byId(id).disabled = !photo;
    if (!photo) byId("status").textContent = "Add a photo to draw.";
    if (!photo || !this.settings || this.palette.weights.size === 0) return;
    this.settled = false;
    inBackground(() => this.redraw());
  }

  /** The style as the server reads it: "oil", or "oil:0.7,comic:0.3". */
  get expression() {
    const { parts } = this.palette;
    if (parts.length === 1) return parts[0].style.key;
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    const share = (weight) => (total > 0 ? weight / total : 1 / parts.length).toFixed(4);
    return parts
      .filter(({ weight }) => weight > 0 || total === 0)
      .map(({ style, weight }) => `${style.key}:${share(weight)}`)
      .join(",");
  }

  get wish() {
    const { texture, intensity } = this.settings.wish;
    return {
      photo: this.studio.photo.id,
      model: this.model.name,
      style: this.expression,
      intensity,
      size: this.settings.size,
      medium: byId("medium").value || "none",
      texture: byId("medium").value ? texture : 0,
    };
  }

  async drawSoon() {
    clearTimeout(this.timer);
    const { wish } = this;
    await this.paint({ ...wish, size: Math.min(wish.size, QUICK) });
    if (wish.size <= QUICK) return;
    this.timer = setTimeout(() => inBackground(() => this.paint(wish)), SETTLED);
  }

  async paint(wish) {
    const start = performance.now();
    const path = `${this.studio.path}/draw`;
    const drawn = await (await request("POST", path, { ...wish, preview: true })).blob();
    // Somebody may have changed their mind meanwhile, or there is no photo any more.
    const isLatest = this.studio.photo && same(this.wish, { ...wish, size: this.wish.size });
    if (!isLatest || this.camera.isOn) return;
    const label = this.palette.label.replaceAll("_", " ");
    const { width, height } = await this.stage.showFile(drawn, `The photo drawn as ${label}`);
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    byId("status").textContent = `${width} × ${height} pixels in ${seconds} s`;
    this.settled = same(this.wish, wish);
  }

  async handOver(id, action) {
    byId(id).disabled = true;
    await attempt(action);
    byId(id).disabled = !this.studio.photo;
  }

  async keep() {
    await post(`${this.studio.path}/drawings`, this.wish);
    tell("Kept in the gallery.");
  }

  async save() {
    const response = await request("POST", `${this.studio.path}/draw`, { ...this.wish, preview: false });
    const name = `${stem(this.studio.photo.name)}-${stem(this.palette.label)}.png`;
    download(new File([await response.blob()], name, { type: "image/png" }));
  }

  async toggleCamera() {
    if (this.camera.isOn) {
      this.stopCamera();
      return;
    }
    await this.camera.start();
    this.stage.frame.classList.remove("drawn", "none");
    this.stage.showCamera(this.camera.sides);
    byId("status").textContent = "Look up, and take the picture.";
    this.showCameraButtons();
  }

  stopCamera() {
    if (!this.camera.isOn) return;
    this.camera.stop();
    this.showCameraButtons();
    this.showPhoto();
  }

  showCameraButtons() {
    const { isOn } = this.camera;
    byId("camera").textContent = isOn ? "Stop the camera" : "Use the camera";
    byId("shoot").hidden = !isOn;
    byId("choose").classList.toggle("primary", !isOn);
    for (const id of ["keep", "download"]) byId(id).disabled = isOn;
  }

  async shoot() {
    const photo = await this.camera.photo();
    this.stopCamera();
    await this.studio.addPhotos([photo]);
  }
}

const same = (first, second) => JSON.stringify(first) === JSON.stringify(second);
const lineOf = (name, error) => (error.includes(name) ? error : `${name}: ${error}`);
