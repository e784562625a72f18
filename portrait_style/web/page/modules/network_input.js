// From a picture to what the network takes, and back.

// Each level of 0..255 in [-1, 1], to the last bit as in the package.
const IN_MODEL_RANGE = Float32Array.from({ length: 256 }, (_, level) =>
  Math.fround(Math.fround(level / 127.5) - 1),
);

/** Sides of the network's input for a picture with its rim. */
export function inputSides({ width, height }, { rim, multiple }) {
  return [height, width].map((side) => Math.ceil((side + 2 * rim) / multiple) * multiple);
}

/**
 * Repeat the outermost pixels: the network draws a border along the edge of its input.
 *
 * @param image {width, height, data}: RGBA bytes
 * @param sides [height, width] of the input
 * @returns Float32Array of shape (height, width, 3), in [-1, 1]
 */
export function padded(image, [height, width], rim) {
  const values = new Float32Array(3 * height * width);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.min(Math.max(y - rim, 0), image.height - 1) * image.width;
    for (let x = 0; x < width; x++) {
      const pixel = 4 * (row + Math.min(Math.max(x - rim, 0), image.width - 1));
      values[next++] = IN_MODEL_RANGE[image.data[pixel]];
      values[next++] = IN_MODEL_RANGE[image.data[pixel + 1]];
      values[next++] = IN_MODEL_RANGE[image.data[pixel + 2]];
    }
  }
  return values;
}

/** Cut the rim off: RGBA bytes of a picture of the given width and height. */
export function cropped(values, inputWidth, { width, height }, rim) {
  // It rounds halves to even, and clips, as the package does.
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    let from = 3 * ((y + rim) * inputWidth + rim);
    let to = 4 * y * width;
    for (let x = 0; x < width; x++, to += 4, from += 3) {
      data[to] = Math.fround(values[from] + 1) * 127.5;
      data[to + 1] = Math.fround(values[from + 1] + 1) * 127.5;
      data[to + 2] = Math.fround(values[from + 2] + 1) * 127.5;
    }
  }
  return { width, height, data };
}
