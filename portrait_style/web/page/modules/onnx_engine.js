// The network in onnxruntime-web: on the graphics card where there is WebGPU, else by wasm.

const RUNTIME = new URL("../runtime/onnx/", import.meta.url).href;
const NETWORK = new URL("../model/drawing.onnx", import.meta.url).href;
const MOST_THREADS = 4;

/** Whether there is a graphics card that WebGPU can use. */
async function hasGraphicsCard() {
  try {
    return Boolean(navigator.gpu && (await navigator.gpu.requestAdapter()));
  } catch {
    return false;
  }
}

/**
 * Load runtime and network.
 *
 * @param choice "webgpu", "wasm", or "auto" for the first of these that there is
 * @returns {name, inputSide: null, run(values, [height, width], code, intensity)}
 */
export async function openOnnx(choice) {
  const hasCard = choice !== "wasm" && (await hasGraphicsCard());
  if (choice === "webgpu" && !hasCard) {
    throw new Error("this browser has no graphics card for WebGPU. Choose another engine");
  }
  if (hasCard) {
    try {
      return await openSession("ort.webgpu.min.mjs", "webgpu");
    } catch (error) {
      if (choice === "webgpu") throw error;
      // A driver that promised too much: the processor draws as well.
    }
  }
  return openSession("ort.wasm.min.mjs", "wasm");
}

async function openSession(file, provider) {
  const network = fetch(NETWORK).then((response) => response.arrayBuffer());
  const ort = await import(RUNTIME + file);
  // Threads need memory that they share, which browsers give to isolated pages only.
  const threads = self.crossOriginIsolated
    ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1)
    : 1;
  Object.assign(ort.env.wasm, { numThreads: threads, wasmPaths: RUNTIME });
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(await network, {
    executionProviders: [provider],
  });
  const on = provider === "webgpu" ? "WebGPU" : `${threads} ${threads === 1 ? "thread" : "threads"}`;
  return {
    name: `onnxruntime, ${on}`,
    inputSide: null,
    async run(values, [height, width], code, intensity) {
      const feeds = {
        photo: new ort.Tensor("float32", values, [1, height, width, 3]),
        style_code: new ort.Tensor("float32", Float32Array.from(code), [1, code.length]),
        intensity: new ort.Tensor("float32", Float32Array.of(intensity), [1]),
      };
      const { image } = await session.run(feeds);
      const drawn = await image.getData();
      image.dispose();
      return drawn;
    },
  };
}
