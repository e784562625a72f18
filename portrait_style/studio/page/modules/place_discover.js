// Discover: mixed pictures in; a map of them, and the styles that were found.

import { form, patch, post, StudioError } from "./api.js";
import { byId, make } from "./dom.js";
import { FileChoice } from "./incoming.js";
import { showJobs } from "./job_panel.js";
import { attempt } from "./messages.js";
import { counted } from "./words.js";

const SHOWN_SAMPLES = 4;

export class DiscoverPlace {
  /** @param learn the place that learns what was found */
  constructor(studio, learn) {
    Object.assign(this, { studio, learn });
    this.choice = new FileChoice(byId("discover-files"));
    byId("discover-form").onsubmit = (event) => {
      event.preventDefault();
      this.start(event.target);
    };
    const empty = byId("place-discover").querySelector(".empty");
    const build = (element, job) => this.resultOf(element, job);
    showJobs(byId("discoveries"), empty, studio.watch, "discover", build);
  }

  receive(files) {
    this.choice.add(files);
  }

  async start(asked) {
    const send = asked.querySelector(".primary");
    send.disabled = true;
    await attempt(async () => {
      const { files } = this.choice;
      if (files.length === 0) throw new StudioError("Choose the pictures first, or drop them here.");
      await post(`${this.studio.path}/discoveries`, form({ files, name: asked.elements.name.value }));
      this.choice.clear();
      await this.studio.watch.look();
    });
    send.disabled = false;
  }

  resultOf(element, { id, name }) {
    let shown = "";
    return (job) => {
      const { clusters, noise, map } = job.result ?? {};
      const text = JSON.stringify(clusters ?? null);
      if (!clusters || text === shown) return;
      // Where only names changed, what is typed into stays.
      const names = [...element.querySelectorAll(".cluster input")].map((field) => field.value);
      const isNamed = names.join("\n") === clusters.map((cluster) => cluster.name).join("\n");
      const isFirst = shown === "";
      shown = text;
      if (!isFirst && isNamed) return;
      const learn = make("button", {
        type: "button",
        className: "primary",
        textContent: "Learn these",
        onclick: () => this.learn.learnDiscovery(id),
      });
      const rest = noise ? `Pictures of no style: ${noise}. ` : "";
      const line = `${rest}Click a name to change it.`;
      element.replaceChildren(
        make("p", { className: "about", textContent: line }),
        make("img", { className: "map", src: map, alt: `Map of ${name}: pictures of one style lie together` }),
        make("ul", { className: "clusters" }, ...clusters.map((cluster) => this.cluster(id, cluster))),
        learn,
      );
    };
  }

  cluster(job, { name, count, samples }) {
    let current = name;
    const field = make("input", { type: "text", value: name, maxLength: 100 });
    field.setAttribute("aria-label", `Name of the style ${name}`);
    field.onkeydown = (event) => {
      if (event.key === "Enter") field.blur();
      if (event.key === "Escape") field.value = current;
    };
    field.onchange = async () => {
      const wanted = field.value.trim();
      const named = await attempt(async () => {
        if (wanted === "") throw new StudioError("A style needs a name.");
        await patch(`/jobs/${job}/clusters`, { names: { [current]: wanted } });
      });
      if (named) current = wanted;
      field.value = current;
      await this.studio.watch.look();
    };
    const pictures = samples
      .slice(0, SHOWN_SAMPLES)
      .map((url) => make("img", { src: url, alt: "", loading: "lazy" }));
    return make(
      "li",
      { className: "cluster" },
      make("div", { className: "samples" }, ...pictures),
      field,
      make("small", { textContent: counted(count, "picture") }),
    );
  }
}
