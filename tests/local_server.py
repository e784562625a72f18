"""A server on this machine for the page, and a browser that asks nobody else."""

import functools
import http.server
import os
import shutil
import threading

# Milliseconds; a machine that is busy with other things takes its time.
PATIENCE = 120_000
CHROMIUM = os.environ.get("PORTRAIT_STYLE_CHROMIUM") or shutil.which("chromium")
# What Chromium would ask of others by itself.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# What a page keeps to itself: no request for these leaves it.
LOCAL = ("blob:", "data:")


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *arguments):
        pass


class LocalServer:
    """Serves a folder on this machine, until it is stopped."""

    def __init__(self, folder):
        handler = functools.partial(_Handler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def launch(playwright):
    """Start Debian's Chromium, with a camera that shows a test picture."""
    arguments = [*QUIET, *FAKE_CAMERA] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
