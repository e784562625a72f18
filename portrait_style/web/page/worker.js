// The thread that draws. Not a module: LiteRT.js loads its program as scripts are loaded.

const ready = open();

async function open() {
  const engine = new URL(location.href).searchParams.get("engine");
  const [{ Painter }, model] = await Promise.all([
    import("./modules/painter.js"),
    fetch("model/model.json").then((response) => response.json()),
  ]);
  if (engine === "litert") {
    const { openLiteRt } = await import("./modules/litert_engine.js");
    return new Painter(await openLiteRt(model.tflite_size), model);
  }
  const { openOnnx } = await import("./modules/onnx_engine.js");
  return new Painter(await openOnnx(engine), model);
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
