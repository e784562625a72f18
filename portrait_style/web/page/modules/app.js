// The page: what is asked for, and what is shown.

import { Camera } from "./camera.js";
import { Cards } from "./cards.js";
import { DrawingThread, latestOnly } from "./drawing_thread.js";
import { receiveFiles } from "./incoming.js";
import { showMix } from "./mix_panel.js";
import { keepOffline } from "./offline.js";
import { Pace } from "./pace.js";
import { Palette } from "./palette.js";
import { checkPicture, FileError } from "./picture_file.js";
import { pictureName, pngFile } from "./png_file.js";
import { canShare, download, share } from "./saving.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { isStyleFile, readStyleFile } from "./style_file.js";

const ENGINES = ["auto", "wasm", "webgpu", "litert"];
// A smaller picture comes first where the whole one takes longer than this, in seconds.
const PATIENCE = 0.3;
const PREVIEW = 256;
// Milliseconds after which nobody is moving a slider any more.
const SETTLED = 250;

const byId = (id) => document.getElementById(id);

class App {
  constructor(model, thread) {
    Object.assign(this, { model, thread });
    this.stage = new Stage(byId("frame"));
    this.camera = new Camera(this.stage.video);
    this.palette = new Palette(model.styles);
    this.settings = new Settings(byId, model, this.palette);
    this.cards = new Cards(byId("cards"), byId("card"), this.palette);
    showMix(byId("mix"), byId("weights"), byId("weight"), this.palette);
    this.photo = { name: "sample.jpg", width: 1, height: 1 };
    this.secondsPerPixel = Infinity;
    this.settled = false;
    this.redraw = latestOnly(() => this.drawSoon());
    this.finish = latestOnly(() => this.paint(this.settings.size));
    this.palette.addEventListener("change", () => this.changed());
    this.settings.addEventListener("change", () => this.changed());
    this.listen();
  }

  listen() {
    receiveFiles([byId("file"), byId("style-file")], (file) => this.attempt(() => this.receive(file)));
    byId("camera").onclick = () => this.attempt(() => this.toggleCamera());
    byId("shoot").onclick = () => this.attempt(() => this.shoot());
    byId("download").onclick = () => this.attempt(async () => download(await this.picture()));
    byId("share").onclick = () => this.attempt(async () => share(await this.picture()));
    byId("share").hidden = !canShare();
    byId("message").querySelector("button").onclick = () => this.say(null);
  }

  /** Do something that may fail, and say so where it does. */
  async attempt(action) {
    try {
      this.say(null);
      await action();
    } catch (error) {
      this.say(error instanceof FileError ? error.message : `That did not work: ${error.message}`);
    }
  }

  say(message) {
    byId("message").hidden = message === null;
    byId("message").querySelector("span").textContent = message ?? "";
  }

  tell(line) {
    byId("status").textContent = line;
  }

  async start() {
    const fetched = fetch("sample.jpg").then((response) => response.blob());
    const { engine, largest } = await this.thread.ask("start");
    this.largest = largest;
    this.settings.limit(largest);
    byId("about").textContent = `${engine}. Networks: ${this.model.name}, ${this.model.version}.`;
    await this.open(await fetched, "portrait.jpg");
    document.documentElement.dataset.ready = "yes";
    const kept = await keepOffline();
    document.documentElement.dataset.offline = kept ? "yes" : "no";
  }

  /** Whether the picture that is shown is the one that was asked for, at full size. */
  get settled() {
    return byId("frame").getAttribute("aria-busy") === "false";
  }

  set settled(value) {
    byId("frame").setAttribute("aria-busy", String(!value));
  }

  /** Take a file: a style, or a photo. */
  async receive(file) {
    if (isStyleFile(file)) {
      this.palette.add(await readStyleFile(file, this.model));
      await this.cards.draw(this.thread);
      return;
    }
    const kind = await checkPicture(file);
    this.stopCamera();
    try {
      await this.open(file, file.name ?? "picture");
    } catch (error) {
      const name = file.name ?? "The picture";
      const unread = `${name} is HEIC, which this browser does not read. Save it as JPEG.`;
      const damaged = `${name} is damaged. Copy or save it again.`;
      throw new FileError(kind === "HEIC" ? unread : damaged, { cause: error });
    }
  }

  async open(blob, name) {
    this.source = { blob, name };
    const sides = await this.thread.ask("open", { blob });
    this.photo = { name, ...sides };
    this.stage.showPhoto(blob, sides);
    this.settled = false;
    await this.redraw();
    for (const id of ["download", "share"]) byId(id).disabled = false;
    await this.cards.draw(this.thread);
  }

  changed() {
    this.settled = false;
    if (!this.camera.isOn) this.attempt(() => this.redraw());
  }

  async drawSoon() {
    clearTimeout(this.timer);
    const { size } = this.settings;
    const isSlow = this.secondsPerPixel * this.pixels(size) > PATIENCE;
    await this.paint(isSlow ? Math.min(size, PREVIEW) : size);
    if (!this.settled) this.timer = setTimeout(() => this.attempt(() => this.finish()), SETTLED);
  }

  pixels(size) {
    const { width, height } = this.photo;
    return (size * size * Math.min(width, height)) / Math.max(width, height);
  }

  /** What is to be drawn, as text, to be compared. */
  get wanted() {
    const { size, wish } = this.settings;
    return JSON.stringify([this.photo, this.palette.code, size, wish]);
  }

  async paint(size) {
    const { wanted } = this;
    const { code, label } = this.palette;
    const drawn = await this.thread.ask("draw", { ...this.settings.wish, code, size });
    if (this.camera.isOn) return;
    this.secondsPerPixel = drawn.seconds / (drawn.width * drawn.height);
    // Somebody may have changed their mind meanwhile.
    this.settled = size === this.settings.size && wanted === this.wanted;
    this.stage.showDrawing(drawn, `The photo drawn as ${label}`);
    this.tell(`${drawn.width} × ${drawn.height} pixels in ${drawn.seconds.toFixed(2)} s`);
  }

  /** The finished picture as a file. */
  async picture() {
    clearTimeout(this.timer);
    while (!this.settled) await this.paint(this.settings.size);
    const { label } = this.palette;
    const name = pictureName(this.photo.name, label);
    return pngFile(this.stage.canvas, this.model.mark, label, name);
  }

  /** Start the camera, or go back to the photo. */
  async toggleCamera() {
    if (this.camera.isOn) {
      this.stopCamera();
      await this.open(this.source.blob, this.source.name);
      return;
    }
    await this.camera.start();
    this.stage.showCamera(this.camera.sides);
    this.showCameraButtons();
    const seen = await this.camera.photo();
    const opened = this.thread.ask("open", { blob: seen });
    opened.then(() => this.cards.draw(this.thread)).catch(() => {});
    await this.live();
  }

  stopCamera() {
    this.camera.stop();
    this.showCameraButtons();
  }

  showCameraButtons() {
    const { isOn } = this.camera;
    byId("camera").textContent = isOn ? "Stop the camera" : "Use the camera";
    byId("shoot").hidden = !isOn;
    byId("choose").classList.toggle("primary", !isOn);
    for (const id of ["download", "share"]) byId(id).disabled = isOn;
  }

  /** Keep what the camera sees now as the photo. */
  async shoot() {
    const photo = await this.camera.photo();
    this.stopCamera();
    await this.open(photo, photo.name);
  }

  /** Draw what the camera sees, picture after picture. */
  async live() {
    const pace = new Pace(this.largest);
    while (this.camera.isOn) {
      const start = performance.now();
      const image = this.camera.frame(pace.size);
      const wish = { ...this.settings.wish, code: this.palette.code, image };
      const drawn = await this.thread.ask("frame", wish, [image.data.buffer]);
      if (!this.camera.isOn) return;
      this.stage.showDrawing(drawn, `The camera drawn as ${this.palette.label}`);
      await new Promise(requestAnimationFrame);
      const { size } = pace;
      pace.add((performance.now() - start) / 1000);
      if (pace.rate > 0) this.tell(`${pace.rate.toFixed(1)} pictures a second at ${size} pixels`);
    }
  }
}

async function main() {
  const asked = new URL(location.href).searchParams.get("engine");
  const engine = ENGINES.includes(asked) ? asked : "auto";
  byId("engine").value = engine;
  byId("engine").onchange = () => {
    location.search = `?engine=${byId("engine").value}`;
  };
  const thread = new DrawingThread(engine);
  const model = await (await fetch("model/model.json")).json();
  const app = new App(model, thread);
  await app.attempt(() => app.start());
}

main().catch((error) => {
  byId("status").textContent = `The page does not start: ${error.message}`;
});
