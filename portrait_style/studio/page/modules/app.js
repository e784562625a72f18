// The studio's page: its places, and the way from one to another.

import { byId } from "./dom.js";
import { DiscoverPlace } from "./place_discover.js";
import { DrawPlace } from "./place_draw.js";
import { ExportPlace } from "./place_export.js";
import { GalleryPlace } from "./place_gallery.js";
import { receiveDropped } from "./incoming.js";
import { isUnderWay } from "./job_watch.js";
import { LearnPlace } from "./place_learn.js";
import { attempt, complain, inBackground, listenForClose, tell } from "./messages.js";
import { showProjects } from "./project_menu.js";
import { askToSignIn, offerSignOut } from "./sign_in.js";
import { Studio } from "./studio.js";
import { TastePlace } from "./place_taste.js";

const TITLE = document.title;

class App {
  constructor() {
    this.studio = new Studio();
    const learn = new LearnPlace(this.studio);
    this.places = {
      draw: new DrawPlace(this.studio),
      learn,
      discover: new DiscoverPlace(this.studio, learn),
      taste: new TastePlace(this.studio),
      gallery: new GalleryPlace(this.studio),
      export: new ExportPlace(this.studio),
    };
    showProjects(this.studio);
    this.listen();
  }

  listen() {
    addEventListener("hashchange", () => this.go());
    // What was done in another window is seen when one comes back.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.studio.project) this.refresh();
    });
    receiveDropped((files) => this.place.receive?.(files));
    document.addEventListener("keydown", (event) => this.place.press?.(event));
    const { watch } = this.studio;
    watch.addEventListener("gone", ({ detail }) => complain(detail.message));
    watch.addEventListener("change", () => this.jobsChanged());
  }

  get name() {
    const name = location.hash.slice(1);
    return Object.hasOwn(this.places, name) ? name : "draw";
  }

  get place() {
    return this.places[this.name];
  }

  /** Show the place that the address names. */
  go() {
    for (const name of Object.keys(this.places)) byId(`place-${name}`).hidden = name !== this.name;
    for (const link of document.querySelectorAll("nav a")) {
      const isHere = link.hash === `#${this.name}`;
      if (isHere) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      if (isHere) document.title = `${link.firstChild.textContent} – ${TITLE}`;
    }
    complain(null);
    scrollTo(0, 0);
    attempt(() => this.place.enter?.());
    this.studio.watch.look();
  }

  async refresh() {
    await inBackground(() => this.place.enter?.());
    await this.studio.watch.look();
  }

  jobsChanged() {
    const { watch } = this.studio;
    for (const badge of document.querySelectorAll(".badge")) {
      const job = watch.of(badge.dataset.kind).find(isUnderWay);
      badge.textContent = job ? ` ${Math.round(100 * job.progress)} %` : "";
    }
    for (const job of watch.ended) {
      if (job.state === "done") tell(`${job.name} is done.`);
      if (job.kind === "learn") inBackground(() => this.studio.readModels());
    }
  }

  async start() {
    document.addEventListener("signin", () => askToSignIn());
    await this.studio.start();
    if (this.studio.state.needs_signin) offerSignOut();
    addEventListener("focus", () => this.studio.watch.look());
    this.go();
    document.documentElement.dataset.ready = "yes";
  }
}

listenForClose();
const app = new App();
attempt(() => app.start());
