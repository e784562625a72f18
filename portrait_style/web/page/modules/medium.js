// Paper, film grain, canvas and printed dots, laid over a picture: portrait_style/medium.py says why.

import { BICUBIC, resizePlane } from "./resample.js";

// Pixels that are worked on at once, which bounds the memory.
const STRIP = 1 << 18;
const PAPER_SAMPLES = 5;
const GRAIN_SAMPLES = 2.5;
const WEAVE_SAMPLES = 8;
const PIGMENT_SHARE = 0.8;
const LIGHT_SHARE = 0.6;

const LEVELS = Float32Array.from({ length: 256 }, (_, level) => level / 255);
const PIGMENT = LEVELS.map((level) => 4 * level * (1 - level));
const LIGHT = LEVELS.map((level, i) => 0.85 * PIGMENT[i] + 0.3 * level);
const GRAIN = LEVELS.map((level) => 2 * Math.sqrt(level * (1 - level)));
const SCREEN = PIGMENT.map((pigment) => 2 * Math.min(1, 1.5 * pigment));

/** Names of the textures that a kind of medium is laid on by. */
export const TEXTURES = {
  paper: ["paper_heights", "paper_light"],
  grain: ["grain"],
  weave: ["weave"],
  halftone: [],
};

/**
 * Draw a medium over a picture, in place.
 *
 * @param image {width, height, data}: RGBA bytes
 * @param medium {kind, scale, depth, dry}
 * @param texture 0 (nothing of it) to 1
 * @param squares the textures of its kind, by name: {width, height, data: Float32Array}
 * @param smallest pixels below which a kind could not be told from noise, by kind
 */
export function layOn(image, medium, texture, squares, smallest) {
  if (texture === 0) return image;
  const { width, height, data } = image;
  const size = Math.max(smallest[medium.kind], (medium.scale / 1000) * Math.max(height, width));
  const amount = 255 * texture * medium.depth;
  const change = medium.kind === "halftone" ? halftone(size) : layers(medium, size, squares);
  const rows = Math.max(1, Math.floor(STRIP / width));
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    const strip = data.subarray(4 * top * width, 4 * (top + count) * width);
    change(strip, top, width, count, amount);
  }
  return image;
}

function layers(medium, size, squares) {
  const found = TEXTURES[medium.kind].map((name) => squares[name]);
  if (medium.kind === "paper") {
    const pigment = medium.dry ? -PIGMENT_SHARE : PIGMENT_SHARE;
    const responses = [PIGMENT.map((x) => pigment * x), LIGHT.map((x) => LIGHT_SHARE * x)];
    return changeOfLayers(found, responses, PAPER_SAMPLES / size);
  }
  if (medium.kind === "grain") return changeOfLayers(found, [GRAIN], GRAIN_SAMPLES / size);
  return changeOfLayers(found, [LIGHT], WEAVE_SAMPLES / size);
}

/** Lay on squares, each with how much the levels give way to it; a pixel is `step` samples. */
function changeOfLayers(squares, responses, step) {
  const halvings = Math.max(0, Math.ceil(Math.log2(step)) - 1);
  const halved = squares.map((square) => halvedSquare(square, halvings));
  const pixel = step / 2 ** halvings;
  return (strip, top, width, height, amount) => {
    const fields = halved.map((square) => seenOfSquare(square, top, width, height, pixel));
    for (let i = 0; i < strip.length; i++) {
      if (i % 4 === 3) continue;
      const level = strip[i];
      let sum = 0;
      for (let k = 0; k < fields.length; k++) sum += fields[k][i >> 2] * responses[k][level];
      strip[i] = level + amount * sum;
    }
  };
}

function halvedSquare(square, times) {
  for (let time = 0; time < times; time++) {
    const side = square.width / 2;
    const data = new Float32Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = 2 * y * square.width + 2 * x;
        const below = at + square.width;
        const sum = square.data[at] + square.data[below] + square.data[at + 1];
        data[y * side + x] = (sum + square.data[below + 1]) / 4;
      }
    }
    square = { width: side, height: side, data };
  }
  return square;
}

/** Scale a square, repeated as often as need be, to a strip of a picture. */
function seenOfSquare(square, top, width, height, step) {
  const side = square.width;
  const margin = Math.ceil(2 * Math.max(step, 1)) + 1;
  const first = Math.trunc(top * step) - margin;
  const rows = Math.ceil((top + height) * step) + margin - first;
  const columns = Math.ceil(width * step) + 2 * margin;
  const data = new Float32Array(rows * columns);
  const wrapped = (index) => ((index % side) + side) % side;
  for (let y = 0; y < rows; y++) {
    const row = wrapped(first + y) * side;
    for (let x = 0; x < columns; x++) {
      data[y * columns + x] = square.data[row + wrapped(x - margin)];
    }
  }
  const upper = top * step - first;
  const box = [margin, upper, margin + width * step, upper + height * step];
  return resizePlane({ width: columns, height: rows, data }, width, height, box, BICUBIC);
}

/** A printer's screen at 45 degrees: dots whose size is the darkness of each colour. */
function halftone(size) {
  const turn = (Math.SQRT2 * Math.PI) / size;
  const steepness = 1 / Math.min(turn, 2);
  const thresholds = screenThresholds(steepness);
  return (strip, top, width, height, amount) => {
    for (let y = 0; y < height; y++) {
      const down = steepness * Math.cos(turn * (top + y + 0.5));
      for (let x = 0; x < width; x++) {
        const spot = Math.fround(down * Math.cos(turn * (x + 0.5)));
        for (let at = 4 * (y * width + x), end = at + 3; at < end; at++) {
          const level = strip[at];
          const dots = Math.min(Math.max(thresholds[level] - spot, 0), 1);
          strip[at] = level + amount * SCREEN[level] * (dots - LEVELS[level]);
        }
      }
    }
  };
}

/** Of each level, the threshold that gives dots of its mean. */
function screenThresholds(steepness) {
  const waves = Array.from({ length: 64 }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / 64));
  const spots = waves.flatMap((first) => waves.map((second) => steepness * first * second));
  const count = 1024;
  const thresholds = Array.from(
    { length: count },
    (_, i) => -steepness + ((2 * steepness + 1) * i) / (count - 1),
  );
  const means = thresholds.map((threshold) => {
    const sum = spots.reduce((all, spot) => all + Math.min(Math.max(threshold - spot, 0), 1), 0);
    return sum / spots.length;
  });
  return LEVELS.map((level) => interpolated(level, means, thresholds));
}

function interpolated(x, xs, ys) {
  let next = xs.findIndex((known) => known > x);
  if (next < 0) return ys[ys.length - 1];
  if (next === 0) return ys[0];
  const share = (x - xs[next - 1]) / (xs[next] - xs[next - 1]);
  return ys[next - 1] + share * (ys[next] - ys[next - 1]);
}
