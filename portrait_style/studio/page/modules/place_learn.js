// Learn: a network of one's own, from pictures, pairs, a renderer or a discovery.

import { form, post, StudioError } from "./api.js";
import { Curves } from "./curves.js";
import { byId, make } from "./dom.js";
import { FileChoice } from "./incoming.js";
import { showJobs } from "./job_panel.js";
import { attempt } from "./messages.js";
import { readable } from "./words.js";

const SHOWN_SAMPLES = 6;
const NEEDED = {
  files: "Choose pictures of the style first.",
  before: "Choose the photos first.",
  after: "Choose the drawings, too: one for each photo, of the same name.",
};

export class LearnPlace {
  constructor(studio) {
    this.studio = studio;
    this.form = byId("learn-form");
    this.fields = this.form.elements;
    this.choices = {};
    for (const drop of this.form.querySelectorAll(".drop")) {
      this.choices[drop.dataset.field] = new FileChoice(drop);
    }
    for (const radio of this.fields.source) radio.onchange = () => this.showSource();
    this.fields.renderer.onchange = () => this.showRenderer();
    this.fields.job.onchange = () => this.showClusters();
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.start();
    };
    const empty = byId("place-learn").querySelector(".empty");
    showJobs(byId("learnings"), empty, studio.watch, "learn", (element, job) => this.resultOf(element, job));
    studio.watch.addEventListener("change", () => this.showDiscoveries());
    studio.addEventListener("project", () => this.showRenderers());
    this.showSource();
  }

  get source() {
    return this.fields.source.value;
  }

  /** Files that are dropped are pictures of a style, or the next of a pair. */
  receive(files) {
    const { before, after } = this.choices;
    if (this.source === "pairs") (before.files.length ? after : before).add(files);
    else {
      this.setSource("pictures");
      this.choices.files.add(files);
    }
  }

  setSource(source) {
    this.fields.source.value = source;
    this.showSource();
  }

  showSource() {
    for (const element of this.form.querySelectorAll("[data-source]")) {
      element.hidden = element.dataset.source !== this.source;
    }
  }

  showRenderers() {
    if (this.fields.renderer.length) return;
    const { renderers } = this.studio.state;
    const options = renderers.map(({ name }) => new Option(readable(name), name));
    this.fields.renderer.replaceChildren(...options);
    this.showRenderer();
  }

  showRenderer() {
    const chosen = this.fields.renderer.value;
    const found = this.studio.state.renderers.find(({ name }) => name === chosen);
    byId("renderer-about").textContent = found?.description ?? "";
  }

  get discoveries() {
    return this.studio.watch.of("discover").filter(({ result }) => result?.clusters?.length);
  }

  showDiscoveries() {
    const { job } = this.fields;
    const chosen = job.value;
    const text = JSON.stringify(this.discoveries.map(({ id, name, result }) => [id, name, result]));
    if (text === this.shownDiscoveries) return;
    this.shownDiscoveries = text;
    job.replaceChildren(...this.discoveries.map(({ id, name }) => new Option(name, id)));
    if ([...job.options].some(({ value }) => value === chosen)) job.value = chosen;
    this.fields.source[3].disabled = this.discoveries.length === 0;
    if (this.discoveries.length === 0 && this.source === "discovery") this.setSource("pictures");
    this.showClusters();
  }

  showClusters() {
    const found = this.discoveries.find(({ id }) => String(id) === this.fields.job.value);
    const boxes = (found?.result.clusters ?? []).map(({ name }) => {
      const box = make("input", { type: "checkbox", name: "clusters", value: name, checked: true });
      return make("li", {}, make("label", {}, box, make("span", { textContent: name })));
    });
    byId("clusters-to-learn").querySelector("ul").replaceChildren(...boxes);
  }

  /** Open the place, with a discovery filled in. */
  learnDiscovery(job) {
    this.setSource("discovery");
    this.fields.job.value = String(job);
    this.showClusters();
    location.hash = "#learn";
    this.fields.name.focus();
  }

  /** What is sent: only what the source is about. */
  get wish() {
    const { name, steps, size, renderer, job } = this.fields;
    const wish = { source: this.source, name: name.value, steps: steps.value, size: size.value };
    const files = (field) => {
      if (this.choices[field].files.length === 0) throw new StudioError(NEEDED[field]);
      return this.choices[field].files;
    };
    if (this.source === "pictures") return { ...wish, files: files("files") };
    if (this.source === "pairs") return { ...wish, before: files("before"), after: files("after") };
    if (this.source === "renderer") return { ...wish, renderer: renderer.value };
    const boxes = [...this.form.querySelectorAll("[name=clusters]:checked")];
    if (boxes.length === 0) throw new StudioError("Choose at least one style to learn.");
    return { ...wish, job: job.value, clusters: boxes.map(({ value }) => value) };
  }

  async start() {
    const send = this.form.querySelector("button.primary");
    send.disabled = true;
    await attempt(async () => {
      await post(`${this.studio.path}/learn`, form(this.wish));
      for (const choice of Object.values(this.choices)) choice.clear();
      await this.studio.watch.look();
    });
    send.disabled = false;
  }

  resultOf(element, { name }) {
    const samples = make("div", { className: "learned", hidden: true, tabIndex: 0, role: "group" });
    samples.setAttribute("aria-label", `Samples of ${name}, the last first`);
    const curves = make("div", { className: "curves", hidden: true });
    const use = make("a", { className: "button primary", href: "#draw", textContent: "Draw with it", hidden: true });
    use.onclick = () => (this.studio.wanted = { model: use.dataset.model });
    element.append(samples, curves, use);
    const shown = new Curves(curves);
    return ({ result, state }) => {
      shown.show(result?.curves ?? {});
      showSamples(samples, result?.samples ?? [], name);
      use.hidden = !result?.model || state === "running";
      use.dataset.model = result?.model ?? "";
    };
  }
}

/** Show the samples, the last first; a picture that is there already is not asked for again. */
function showSamples(element, told, name) {
  const urls = told.slice(-SHOWN_SAMPLES).reverse();
  const former = new Map([...element.children].map((image) => [image.getAttribute("src"), image]));
  if (former.size === urls.length && urls.every((url) => former.has(url))) return;
  const alt = `What ${name} draws so far`;
  element.replaceChildren(...urls.map((src) => former.get(src) ?? make("img", { src, alt })));
  element.hidden = urls.length === 0;
}
