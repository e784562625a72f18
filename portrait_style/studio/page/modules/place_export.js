// Export: a model as files for other programs.

import { post, StudioError } from "./api.js";
import { byId, make } from "./dom.js";
import { showJobs } from "./job_panel.js";
import { attempt } from "./messages.js";
import { short, sized } from "./words.js";

export class ExportPlace {
  constructor(studio) {
    this.studio = studio;
    this.form = byId("export-form");
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.start();
    };
    studio.addEventListener("models", () => this.showModels());
    const empty = byId("place-export").querySelector(".empty");
    showJobs(byId("exports"), empty, studio.watch, "export", (element, job) => resultOf(element, job));
  }

  enter() {
    return this.studio.readModels();
  }

  showModels() {
    const { model } = this.form.elements;
    const chosen = model.value;
    const { models } = this.studio;
    model.replaceChildren(...models.map(({ name, title }) => new Option(title, name)));
    if (models.some(({ name }) => name === chosen)) model.value = chosen;
  }

  checked(name) {
    return [...this.form.querySelectorAll(`[name=${name}]:checked`)].map(({ value }) => value);
  }

  async start() {
    const send = this.form.querySelector("button.primary");
    send.disabled = true;
    await attempt(async () => {
      const formats = this.checked("formats");
      if (formats.length === 0) throw new StudioError("Choose at least one format.");
      const model = this.form.elements.model.value;
      const wish = { model, formats, quantize: this.checked("quantize") };
      await post(`${this.studio.path}/exports`, wish);
      await this.studio.watch.look();
    });
    send.disabled = false;
  }
}

function resultOf(element) {
  let isShown = false;
  return ({ result, state }) => {
    if (isShown || state !== "done" || !result?.artefacts) return;
    isShown = true;
    const heads = ["File", "Size", "PSNR", ""].map((text) =>
      make("th", { scope: "col", textContent: text }),
    );
    heads[3].append(make("span", { className: "visually-hidden", textContent: "As good as the original" }));
    const table = make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...result.artefacts.map(row)),
    );
    const link = { className: "button primary", href: result.download, textContent: "Download all" };
    element.append(make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Files" }, table));
    element.append(make("a", { ...link, download: "" }));
  };
}

function row({ path, bytes, psnr, ok }) {
  const quality = Number.isFinite(psnr) ? `${short(psnr)} dB` : "–";
  return make(
    "tr",
    {},
    make("th", { scope: "row", textContent: path }),
    make("td", { textContent: sized(bytes) }),
    make("td", { textContent: quality }),
    make("td", { className: ok ? "good" : "bad", textContent: ok ? "good" : "differs" }),
  );
}
