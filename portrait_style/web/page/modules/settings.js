// How it is drawn: intensity, drawing size, and what it is drawn on.

const SIZES = [256, 384, 512, 768, 1024, 1536, 2048];

export class Settings extends EventTarget {
  /**
   * @param byId finds the page's elements
   * @param model the content of model.json
   * @param palette `Palette`
   */
  constructor(byId, model, palette) {
    super();
    Object.assign(this, { byId, model, palette });
    this.sizes = SIZES;
    for (const name of Object.keys(model.media)) byId("medium").append(new Option(`${name}`, name));
    for (const id of ["intensity", "size", "texture", "medium"]) {
      byId(id).oninput = () => {
        this.show();
        this.dispatchEvent(new Event("change"));
      };
    }
    palette.addEventListener("change", () => this.show());
    this.show();
  }

  /** Allow no larger pictures than an engine draws; `null` for any. */
  limit(largest) {
    this.sizes = SIZES.filter((size) => largest === null || size <= largest);
    const slider = this.byId("size");
    slider.max = this.sizes.length - 1;
    slider.disabled = this.sizes.length < 2;
    this.show();
  }

  show() {
    const { byId } = this;
    const own = byId("medium").querySelector("[value=own]");
    own.hidden = this.palette.medium === null;
    if (own.hidden && byId("medium").value === "own") byId("medium").value = "";
    byId("intensity-shown").textContent = `${byId("intensity").value} %`;
    byId("texture-shown").textContent = `${byId("texture").value} %`;
    byId("size-shown").textContent = `${this.size} pixels`;
    byId("size").setAttribute("aria-valuetext", `${this.size} pixels`);
    byId("texture-label").hidden = byId("medium").value === "";
  }

  /** Pixels of the longer side. */
  get size() {
    return this.sizes[Math.min(Number(this.byId("size").value), this.sizes.length - 1)];
  }

  /** What the drawing thread is told of. */
  get wish() {
    const chosen = this.byId("medium").value;
    const medium = chosen === "own" ? this.palette.medium : (this.model.media[chosen] ?? null);
    return {
      intensity: Number(this.byId("intensity").value) / 100,
      texture: Number(this.byId("texture").value) / 100,
      medium,
    };
  }
}
