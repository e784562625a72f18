"""A studio of its own process, for a browser on the same machine."""

import contextlib
import os
import socket
import subprocess
import sys
import time

import httpx

from portrait_style.cli.studio import PASSWORD_VARIABLE

# Seconds; a machine that is busy with other things takes its time.
START, END = 90, 30


class StudioServer:
    """Runs `portrait-style studio` on a free port, until it is stopped."""

    def __init__(self, storage, user=None, password=""):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self.log = storage.parent / f"{storage.name}.log"
        command = ["studio", "--no-browser", "--port", str(self.port), "--storage", str(storage)]
        environment = dict(os.environ)
        if user is not None:
            command += ["--auth", user]
            environment[PASSWORD_VARIABLE] = password
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portrait_style", *command],
                stdout=log,
                stderr=log,
                env=environment,
            )
        self.client = httpx.Client(base_url=self.address, headers={"X-Studio": "1"}, timeout=START)
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("api/state").status_code == 200:
                    return
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the studio does not start: {self.log.read_text()}")

    def new_project(self, name="Project"):
        """Make a project; gives its number."""
        return self.client.post("api/projects", json={"name": name}).json()["id"]

    def add_photo(self, project, path):
        """Upload a photo; gives what the studio says of it."""
        files = {"files": (path.name, path.read_bytes())}
        answer = self.client.post(f"api/projects/{project}/photos", files=files)
        return answer.json()["photos"][0]

    def stop(self):
        self.client.close()
        self._process.terminate()
        try:
            self._process.wait(END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
