"""How the page draws in a browser: `make bench-web`.

    python benchmarks/web_page.py

Debian's Chromium opens the folder that `portrait-style web` writes, from a server on this machine
that compresses what it sends, as hosts do. Times are medians; parity is that of a photo drawn in
every style with `PortraitStylizer`.
"""

import argparse
import base64
import gzip
import mimetypes
import statistics
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from machine import describe_machine
from PIL import Image
from playwright.sync_api import sync_playwright

from portrait_style import PortraitStylizer, cli
from portrait_style.reports.table import format_table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from local_server import PATIENCE, launch  # noqa: E402

ENGINES = ("wasm", "litert")
SIDE = 256
PROGRAM = """async ([engine, frames, side]) => {
  const { DrawingThread } = await import("/modules/drawing_thread.js");
  const model = await (await fetch("/model/model.json")).json();
  const thread = new DrawingThread(engine);
  const { engine: name } = await thread.ask("start");
  await thread.ask("open", { blob: await (await fetch("/sample.jpg")).blob() });
  const wish = { intensity: 1, size: side, medium: null, texture: 0 };
  const pictures = {};
  for (const { name, code } of model.styles) {
    const { data } = await thread.ask("draw", { ...wish, code });
    pictures[name] = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
  }
  const seconds = [];
  for (let i = 0; i < frames; i++) {
    const start = performance.now();
    await thread.ask("draw", { ...wish, code: model.styles[0].code });
    seconds.push((performance.now() - start) / 1000);
  }
  return { name, seconds, pictures };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mobile", help="default: mobile")
    parser.add_argument("--frames", type=int, default=40, help="of each engine (default: 40)")
    parser.add_argument("--loads", type=int, default=5, help="of each engine (default: 5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        site = Path(name) / "site"
        if code := cli.main(["web", "--model", arguments.model, "--output", str(site)]):
            raise SystemExit(code)
        server, browser = CompressingServer(site), launch(playwright)
        stylizer = PortraitStylizer.load(arguments.model)
        rows = [measure(browser, server, engine, arguments, stylizer) for engine in ENGINES]
        browser.close()
    print(f"{arguments.model}, {browser.version if rows else ''}, {describe_machine()}")
    header = ["engine", "first picture", f"frames/s at {SIDE}", "first load", "parity"]
    print(format_table(header, rows))


def measure(browser, server: "CompressingServer", engine: str, arguments, stylizer) -> list[str]:
    """Open the page by one engine, several times; a row of the table."""
    first, loaded = [], []
    for _ in range(arguments.loads):
        context = browser.new_context()
        server.sent = 0
        page = context.new_page()
        start = time.perf_counter()
        page.goto(f"{server.address}?engine={engine}")
        page.wait_for_selector(".frame.drawn", timeout=PATIENCE)
        first.append(time.perf_counter() - start)
        page.wait_for_selector("html[data-offline=yes]", timeout=PATIENCE)
        loaded.append(server.sent / 1e6)
        context.close()
    # Nothing that is kept by a service worker: one thread.
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{server.address}?engine={engine}")
    page.wait_for_selector("html[data-ready]", timeout=PATIENCE)
    made = page.evaluate(PROGRAM, [engine, arguments.frames, SIDE])
    context.close()
    return [
        made["name"],
        f"{statistics.median(first):.2f} s",
        f"{1 / statistics.median(made['seconds']):.1f}",
        f"{max(loaded):.1f} MB",
        f"{parity(made['pictures'], server.files / 'sample.jpg', stylizer):.1f} dB",
    ]


def parity(pictures: dict[str, str], sample: Path, stylizer: PortraitStylizer) -> float:
    """PSNR of all pictures together, and Keras'."""
    errors = []
    photo = np.asarray(Image.open(sample))
    for style, text in pictures.items():
        drawn = np.frombuffer(base64.b64decode(text), np.uint8).reshape(SIDE, SIDE, 4)[..., :3]
        errors.append(drawn.astype(float) - stylizer.stylize(photo, style, size=SIDE))
    return float(10 * np.log10(255**2 / np.mean(np.square(errors))))


class CompressingServer:
    """Serves a folder as hosts do, compressed, and counts the bytes that it sends.

    Attributes:
        sent: int, bytes, headers left out.
    """

    def __init__(self, folder: Path):
        self.files, self.sent = folder, 0
        compressed = {
            path.relative_to(folder).as_posix(): gzip.compress(path.read_bytes(), 6)
            for path in folder.rglob("*")
            if path.is_file()
        }
        counter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.split("?")[0].lstrip("/") or "index.html"
                if name not in compressed:
                    self.send_error(404)
                    return
                kind = "text/javascript" if name.endswith("js") else mimetypes.guess_type(name)[0]
                tag = f'"{len(compressed[name])}"'
                fresh = self.headers.get("If-None-Match") == tag
                self.send_response(304 if fresh else 200)
                self.send_header("ETag", tag)
                self.send_header("Content-Type", kind or "application/octet-stream")
                if fresh:
                    self.end_headers()
                    return
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(compressed[name])))
                self.end_headers()
                counter.sent += len(compressed[name])
                self.wfile.write(compressed[name])

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":
    main()
