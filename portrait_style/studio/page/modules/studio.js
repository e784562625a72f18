// What the places share: the project that is open, its photos, models and styles.

import { form, get, post, request, StudioError } from "./api.js";
import { JobWatch } from "./job_watch.js";

const LAST = "portrait-style-project";

function remembered() {
  try {
    return Number(localStorage.getItem(LAST));
  } catch {
    return NaN;
  }
}

function remember(project) {
  try {
    localStorage.setItem(LAST, project);
  } catch {
    // A browser that keeps nothing opens the first project.
  }
}

/**
 * Events: "project" (another is open), "photos", "photo" (another is chosen), "models" and "styles"
 * (what can be drawn with).
 */
export class Studio extends EventTarget {
  constructor() {
    super();
    this.watch = new JobWatch();
    Object.assign(this, { photos: [], photo: null, models: [], styles: [], tastes: [] });
    // What Draw is to draw with when it is opened next: {model, style}.
    this.wanted = null;
  }

  tellOf(name) {
    this.dispatchEvent(new Event(name));
  }

  get path() {
    return `/projects/${this.project.id}`;
  }

  /** Ask for what the server knows, and open the project of the last visit. */
  async start() {
    await this.readState();
    if (!this.state.signed_in) throw new StudioError("Sign in first.", 401);
    await this.readModels();
    const { projects } = this.state;
    await this.open(projects.find(({ id }) => id === remembered()) ?? projects[0]);
  }

  async readState() {
    this.state = await get("/state");
  }

  async open(project) {
    this.project = project;
    remember(project.id);
    this.photo = null;
    this.tellOf("project");
    await this.readPhotos();
    // Nobody should face an empty page.
    if (this.photos.length === 0) await this.addSample();
    await this.readStyles();
    await this.watch.watch(project.id);
  }

  async readModels() {
    const { models } = await get("/models");
    const isSame = JSON.stringify(models) === JSON.stringify(this.models);
    this.models = models;
    if (!isSame) this.tellOf("models");
  }

  async readPhotos() {
    this.photos = (await get(`${this.path}/photos`)).photos;
    this.tellOf("photos");
    const stays = this.photos.find(({ id }) => id === this.photo?.id);
    this.choosePhoto(stays ?? this.photos[0] ?? null);
  }

  async readStyles() {
    this.styles = (await get(`${this.path}/styles`)).styles;
    this.tastes = (await get(`${this.path}/tastes`)).tastes;
    this.tellOf("styles");
  }

  choosePhoto(photo) {
    const isSame = this.photo?.id === photo?.id;
    this.photo = photo;
    if (!isSame) this.tellOf("photo");
  }

  /** Upload photos and choose the first; gives those that were refused. */
  async addPhotos(files) {
    const added = await post(`${this.path}/photos`, form({ files }));
    await this.readPhotos();
    this.choosePhoto(this.photos.find(({ id }) => id === added.photos[0].id));
    return added.refused;
  }

  async addSample() {
    const sample = await (await request("GET", "/sample")).blob();
    await this.addPhotos([new File([sample], "sample.jpg", { type: sample.type })]);
  }
}
