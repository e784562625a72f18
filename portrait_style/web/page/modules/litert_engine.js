// The network in LiteRT.js: quicker on some processors, for pictures of one size.

const RUNTIME = new URL("../runtime/litert/", import.meta.url).href;
const NETWORK = new URL("../model/drawing.tflite", import.meta.url).href;

/**
 * Load runtime and network.
 *
 * @param inputSide of the network's input, in pixels
 * @returns as `openOnnx`, with the one side of its input
 */
export async function openLiteRt(inputSide) {
  const litert = await import(`${RUNTIME}index.js`);
  // Else it looks beside the worker for its program.
  self.Module = { locateFile: (name) => RUNTIME + name };
  await litert.loadLiteRt(RUNTIME);
  const model = await litert.loadAndCompile(NETWORK, { accelerator: "wasm" });
  return {
    name: "LiteRT, 1 thread",
    inputSide,
    async run(values, [height, width], code, intensity) {
      const inputs = {
        photo: new litert.Tensor(values, [1, height, width, 3]),
        style_code: new litert.Tensor(Float32Array.from(code), [1, code.length]),
        intensity: new litert.Tensor(Float32Array.of(intensity), [1]),
      };
      try {
        const { image } = await model.run(inputs);
        const drawn = (await image.data()).slice();
        image.delete();
        return drawn;
      } finally {
        Object.values(inputs).forEach((tensor) => tensor.delete());
      }
    },
  };
}
