// Stylize a picture by an exported .onnx file in onnxruntime-web.

// The network draws a border along the edge of its input; these pixels keep it off the photo.
const RIM = 16;
// Sides of its input must be multiples of this.
const MULTIPLE = 16;

/**
 * @param ort the onnxruntime-web module
 * @param session ort.InferenceSession of conditional.onnx, or of a file with a style baked in
 * @param metadata the export's metadata.json, parsed
 * @param photo {width, height, data}: RGBA bytes, such as ImageData
 * @param style one of the keys of metadata.styles
 * @param intensity 0 (the photo) to 1 (the full style)
 * @returns {width, height, data}: RGBA bytes of the same size
 */
export async function stylize(ort, session, metadata, photo, style, intensity = 1) {
  const [low, high] = metadata.inputs.photo.range;
  const input = padded(photo, low, high);
  const feeds = { photo: new ort.Tensor("float32", input.values, input.shape) };
  if (session.inputNames.includes("style_code")) {
    const code = Float32Array.from(metadata.styles[style]);
    feeds.style_code = new ort.Tensor("float32", code, [1, code.length]);
    feeds.intensity = new ort.Tensor("float32", Float32Array.of(intensity), [1]);
  }
  const { image } = await session.run(feeds);
  return cropped(image.data, input.shape[2], photo, low, high);
}

/** Repeat the last pixels of the photo up to the rim and the multiple. */
function padded(photo, low, high) {
  const [height, width] = [photo.height, photo.width].map(
    (side) => Math.ceil((side + 2 * RIM) / MULTIPLE) * MULTIPLE,
  );
  const values = new Float32Array(height * width * 3);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.min(Math.max(y - RIM, 0), photo.height - 1) * photo.width;
    for (let x = 0; x < width; x++) {
      const pixel = 4 * (row + Math.min(Math.max(x - RIM, 0), photo.width - 1));
      for (let channel = 0; channel < 3; channel++) {
        values[next++] = (photo.data[pixel + channel] / 255) * (high - low) + low;
      }
    }
  }
  return { values, shape: [1, height, width, 3] };
}

/** Cut the rim off. */
function cropped(values, paddedWidth, { width, height }, low, high) {
  // It rounds and clips.
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * ((y + RIM) * paddedWidth + x + RIM);
      const to = 4 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = ((values[from + channel] - low) / (high - low)) * 255;
      }
    }
  }
  return { width, height, data };
}
