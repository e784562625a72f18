// The thread that draws. Not a module: LiteRT.js loads its program as scripts are loaded.

const ready = open();
// A failure is told to each who asks, not thrown where nobody has asked yet.
ready.catch(() => {});

async function open() {
  const choice = new URL(location.href).searchParams.get("engine");
  const model = fetch("model/model.json").then((response) => response.json());
  // What takes longest, first.
  const engine = choice === "litert" ? openLiteRt(model) : openOnnx(choice);
  const painter = import("./modules/painter.js");
  const [{ Painter }, ...loaded] = await Promise.all([painter, engine, model]);
  return new Painter(...loaded);
}

async function openLiteRt(model) {
  const module = await import("./modules/litert_engine.js");
  return module.openLiteRt((await model).tflite_size);
}

async function openOnnx(choice) {
  const module = await import("./modules/onnx_engine.js");
  return module.openOnnx(choice);
}

const TASKS = {
  start: async (painter) => ({ engine: painter.engine.name, largest: painter.largest }),
  open: (painter, { blob }) => painter.open(blob),
  draw: (painter, wish) => painter.draw(wish),
  card: (painter, wish) => painter.drawCard(wish),
  frame: (painter, { image, ...wish }) => painter.drawImage(image, wish),
};

// A network draws one picture at a time.
let last = Promise.resolve();

self.onmessage = ({ data: { id, task, wish } }) => {
  last = last.then(async () => {
    try {
      const painter = await ready;
      const start = performance.now();
      const result = await TASKS[task](painter, wish);
      const seconds = (performance.now() - start) / 1000;
      const moved = result.data ? [result.data.buffer] : [];
      self.postMessage({ id, result, seconds }, moved);
    } catch (error) {
      self.postMessage({ id, error: String(error?.message ?? error) });
    }
  });
};
