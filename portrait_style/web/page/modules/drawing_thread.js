// The page's side of the worker.

export class DrawingThread {
  /** @param engine "auto", "wasm", "webgpu" or "litert" */
  constructor(engine) {
    this.worker = new Worker(`worker.js?engine=${engine}`);
    this.waiting = new Map();
    this.count = 0;
    this.worker.onmessage = ({ data }) => this.finish(data);
    this.worker.onerror = (event) => {
      const error = event.message || "the drawing program does not start";
      for (const id of [...this.waiting.keys()]) this.finish({ id, error });
    };
  }

  finish({ id, result, seconds, error }) {
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) resolve({ ...result, seconds });
    else reject(new Error(error));
  }

  /**
   * Have something done, after all that was asked before.
   *
   * @param task "start", "open", "draw", "card" or "frame"
   * @param wish what the task takes
   * @param moved buffers that are handed over
   */
  ask(task, wish = {}, moved = []) {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, task, wish }, moved);
    });
  }
}

/**
 * Do one thing at a time, and of what is asked meanwhile only the last.
 *
 * @param action async function of one argument
 */
export function latestOnly(action) {
  let [busy, next] = [false, null];
  return async function request(argument) {
    next = { argument };
    if (busy) return;
    busy = true;
    try {
      while (next) {
        const { argument: current } = next;
        next = null;
        await action(current);
      }
    } finally {
      busy = false;
    }
  };
}
