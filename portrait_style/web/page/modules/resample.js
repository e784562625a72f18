// Scaling pictures as Pillow's `Image.resize` does, by which the package scales.

// Bits of the fixed-point weights by which Pillow scales 8-bit pictures.
const BITS = 22;

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

export const LANCZOS = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

export const BICUBIC = {
  support: 2,
  at(x) {
    const a = -0.5;
    const far = Math.abs(x);
    if (far < 1) return ((a + 2) * far - (a + 3)) * far * far + 1;
    return far < 2 ? (((far - 5) * far + 8) * far - 4) * a : 0;
  },
};

/**
 * Weights by which one axis is scaled.
 *
 * @returns for each pixel of the result {first, weights}: which pixels it is made of
 */
export function resizeWeights(size, start, end, newSize, filter) {
  const scale = (end - start) / newSize;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  return Array.from({ length: newSize }, (_, i) => {
    const centre = start + (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(size, Math.trunc(centre + support + 0.5));
    const weights = new Float64Array(last - first);
    let total = 0;
    for (let k = 0; k < weights.length; k++) {
      weights[k] = filter.at((k + first - centre + 0.5) / stretch);
      total += weights[k];
    }
    if (total !== 0) weights.forEach((weight, k) => (weights[k] = weight / total));
    return { first, weights };
  });
}

function inFixedPoint({ first, weights }) {
  const scaled = weights.map((weight) => Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5)));
  return { first, weights: scaled };
}

/**
 * Scale a picture by the filter of Lanczos.
 *
 * @param image {width, height, data}: RGBA bytes; the result is opaque
 */
export function resize(image, width, height) {
  let { data } = image;
  if (width !== image.width) {
    const table = resizeWeights(image.width, 0, image.width, width, LANCZOS).map(inFixedPoint);
    data = resizeBytes(data, table, image.height, [4 * image.width, 4], [4 * width, 4]);
  }
  if (height !== image.height) {
    const table = resizeWeights(image.height, 0, image.height, height, LANCZOS).map(inFixedPoint);
    data = resizeBytes(data, table, width, [4, 4 * width], [4, 4 * width]);
  }
  return { width, height, data };
}

/** Scale along one axis; a step along the lines, and one along the axis, in bytes. */
function resizeBytes(source, table, lines, [sourceLine, sourceStep], [line, step]) {
  const target = new Uint8ClampedArray(lines * table.length * 4).fill(255);
  const half = 1 << (BITS - 1);
  for (let y = 0; y < lines; y++) {
    for (let x = 0; x < table.length; x++) {
      const { first, weights } = table[x];
      let [red, green, blue] = [half, half, half];
      let from = y * sourceLine + first * sourceStep;
      for (let k = 0; k < weights.length; k++, from += sourceStep) {
        red += source[from] * weights[k];
        green += source[from + 1] * weights[k];
        blue += source[from + 2] * weights[k];
      }
      const to = y * line + x * step;
      target[to] = red >> BITS;
      target[to + 1] = green >> BITS;
      target[to + 2] = blue >> BITS;
    }
  }
  return target;
}

/**
 * Scale a part of a plane of numbers.
 *
 * @param plane {width, height, data: Float32Array}
 * @param box [left, top, right, bottom], which need not be whole
 * @returns Float32Array, row by row
 */
export function resizePlane(plane, width, height, box, filter) {
  const across = resizeWeights(plane.width, box[0], box[2], width, filter);
  const rows = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += plane.data[y * plane.width + first + k] * weights[k];
      }
      rows[y * width + x] = sum;
    }
  }
  const down = resizeWeights(plane.height, box[1], box[3], height, filter);
  const scaled = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += rows[(first + k) * width + x] * weights[k];
      scaled[y * width + x] = sum;
    }
  }
  return scaled;
}

/** Round as Python does: halves to the even neighbour. */
export function roundHalfEven(number) {
  const below = Math.floor(number);
  if (number - below !== 0.5) return Math.round(number);
  return below % 2 === 0 ? below : below + 1;
}

/** Scale so that the longer side has `size` pixels. */
export function resizeLongerSide(image, size) {
  const scale = size / Math.max(image.width, image.height);
  const [width, height] = [image.width, image.height].map((side) =>
    Math.max(1, roundHalfEven(side * scale)),
  );
  return resize(image, width, height);
}

/** Cut the largest square, a quarter of the spare height from the top, and scale it. */
export function cropSquare(image, size) {
  const side = Math.min(image.width, image.height);
  const left = Math.floor((image.width - side) / 2);
  const top = Math.floor((image.height - side) / 4);
  const data = new Uint8ClampedArray(4 * side * side);
  for (let y = 0; y < side; y++) {
    const from = 4 * ((top + y) * image.width + left);
    data.set(image.data.subarray(from, from + 4 * side), 4 * y * side);
  }
  return resize({ width: side, height: side, data }, size, size);
}
