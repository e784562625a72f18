"""Environments made from nothing, outside the checkout, and thrown away."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

UV = [sys.executable, "-m", "uv"]
_UV_SETTINGS = {
    "UV_LINK_MODE": "hardlink",
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    # Seconds without a byte; TensorFlow alone is 600 MB.
    "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "180"),
}
# What would let a program see the checkout or what others downloaded, or would make it compile
# TensorFlow again at every start.
_LEFT_OUT = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
    "VIRTUAL_ENV",
    "PORTRAIT_STYLE_DATA",
    "KERAS_HOME",
)


@dataclass(frozen=True)
class Outcome:
    """What became of a program: exit code, both outputs, and the seconds that it took."""

    code: int
    stdout: str
    stderr: str
    seconds: float


def run(command: list[str], limit: float | None = None, **settings) -> Outcome:
    """Run a program to its end.

    Args:
        command: list of str.
        limit: float, seconds after which it is ended and counts as failed, or `None`.
        **settings: as for `subprocess.run`.

    Returns:
        `Outcome`.
    """
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=limit, **settings
        )
    except subprocess.TimeoutExpired:
        return Outcome(-1, "", f"ended after {limit:.0f} seconds\n", time.monotonic() - start)
    return Outcome(done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def uv(*arguments, **settings) -> Outcome:
    """Run uv; see `run`."""
    return run([*UV, *map(str, arguments)], env={**os.environ, **_UV_SETTINGS}, **settings)


@contextlib.contextmanager
def temporary_folder():
    """Make a folder on the file system of uv's cache, so that packages are linked, not copied."""
    cache = Path(uv("cache", "dir").stdout.strip())
    cache.mkdir(parents=True, exist_ok=True)
    same = os.stat(tempfile.gettempdir()).st_dev == os.stat(cache).st_dev
    with tempfile.TemporaryDirectory(
        prefix="portrait-style-", dir=None if same else cache.parent
    ) as folder:
        yield Path(folder).resolve()


class Environment:
    """A virtual environment, empty at first.

    Args:
        folder: path, where to make it.
        python: str, an interpreter's path or version. Defaults to the one that runs this.
    """

    def __init__(self, folder: Path, python: str = sys.executable):
        self.folder = folder
        self.made = uv("venv", "--python", python, folder)
        self.python = str(folder / "bin" / "python")

    def install(self, *requirements) -> Outcome:
        """Install what `uv pip install` understands; fails where making the environment did."""
        if self.made.code:
            return self.made
        return uv("pip", "install", "--python", self.python, *requirements)

    def megabytes(self) -> float:
        """Return the space on disk; what is linked to the cache counts too."""
        files = (Path(parent) / name for parent, _, names in os.walk(self.folder) for name in names)
        blocks = {status.st_ino: status.st_blocks for status in map(os.lstat, files)}
        return sum(blocks.values()) * 512 / 1e6

    def run(self, command: list[str], folder: Path, home: Path, limit: float) -> Outcome:
        """Run one of its programs in `folder`, with `home` as the home folder; see `run`."""
        variables = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
        variables |= {"HOME": str(home), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        program = str(self.folder / "bin" / command[0])
        return run([program, *command[1:]], limit, cwd=folder, env=variables)

    def remove(self) -> None:
        """Throw it away."""
        shutil.rmtree(self.folder, ignore_errors=True)
