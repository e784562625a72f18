// Draws pictures: scaled, through the network, and onto a medium. Runs in the worker.

import { layOn, TEXTURES } from "./medium.js";
import { cropped, inputSides, padded } from "./network_input.js";
import { cropSquare, resizeLongerSide } from "./resample.js";

/** Pixels that a canvas of every browser can hold. */
const MOST_PIXELS = 16_000_000;

export class Painter {
  /**
   * @param engine as `openOnnx` or `openLiteRt` returns
   * @param model the content of model.json
   */
  constructor(engine, model) {
    this.engine = engine;
    this.model = model;
    this.photo = null;
    this.scaled = new Map();
    this.textures = new Map();
  }

  /** Pixels of the longer side that can be drawn at most; `null` for any. */
  get largest() {
    return this.engine.inputSide === null ? null : this.engine.inputSide - 2 * this.model.rim;
  }

  /** Read the photo that the next pictures are drawn from; returns its width and height. */
  async open(blob) {
    this.photo = await readPixels(blob);
    this.scaled.clear();
    return { width: this.photo.width, height: this.photo.height };
  }

  /**
   * Draw the photo.
   *
   * @param wish {code, intensity, size, medium or null, texture}
   */
  draw(wish) {
    return this.drawImage(this.scaledPhoto(wish.size), wish);
  }

  /** Draw the photo's square, small. */
  drawCard(wish) {
    const key = `card ${wish.size}`;
    if (!this.scaled.has(key)) this.scaled.set(key, cropSquare(this.photo, wish.size));
    return this.drawImage(this.scaled.get(key), wish);
  }

  /** Draw a picture as large as it is. */
  async drawImage(image, { code, intensity, medium, texture }) {
    const { rim } = this.model;
    const side = this.engine.inputSide;
    const sides = side === null ? inputSides(image, this.model) : [side, side];
    const values = await this.engine.run(padded(image, sides, rim), sides, code, intensity);
    const drawn = cropped(values, sides[1], image, rim);
    if (!medium || !texture) return drawn;
    const squares = await this.texturesOf(medium.kind);
    return layOn(drawn, medium, texture * intensity, squares, this.model.smallest);
  }

  scaledPhoto(size) {
    const most = this.largest ?? size;
    const key = Math.min(size, most);
    if (!this.scaled.has(key)) {
      const { width, height } = this.photo;
      const fits = key === Math.max(width, height);
      this.scaled.set(key, fits ? this.photo : resizeLongerSide(this.photo, key));
    }
    return this.scaled.get(key);
  }

  async texturesOf(kind) {
    const found = {};
    for (const name of TEXTURES[kind]) {
      if (!this.textures.has(name)) {
        this.textures.set(name, await fetchTexture(name, this.model));
      }
      found[name] = this.textures.get(name);
    }
    return found;
  }
}

async function fetchTexture(name, { texture_side: side, textures }) {
  const { low, step } = textures[name];
  const response = await fetch(new URL(`../textures/${name}.bin`, import.meta.url));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const data = Float32Array.from(bytes, (byte) => low + step * byte);
  return { width: side, height: side, data };
}

/** Decode a picture, upright and on white: {width, height, data} of RGBA bytes. */
async function readPixels(blob) {
  let bitmap = await createImageBitmap(blob);
  const shrink = Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height));
  if (shrink < 1) {
    const whole = bitmap;
    bitmap = await createImageBitmap(whole, {
      resizeWidth: Math.max(1, Math.round(whole.width * shrink)),
      resizeHeight: Math.max(1, Math.round(whole.height * shrink)),
      resizeQuality: "high",
    });
    whole.close();
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
