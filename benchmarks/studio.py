"""How quickly the studio answers, and what it keeps in memory: `make bench-studio`.

    python benchmarks/studio.py

A server of its own is started on this machine, and asked as the page asks. What is compared takes
turns; times are medians.
"""

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from machine import describe_machine
from PIL import Image
from skimage import data

from portrait_style.reports.table import format_table

# Pictures that are asked for at once, and those after which memory is looked at.
AT_ONCE, MANY = 10, 500
PHOTO_SIDE = 1024
# What is asked for: a picture as it is shown first, and at the photo's own size.
SIZES = (512, 1024)
WARM_UP = 12
# Seconds between two looks at the page; it looks once a second itself.
LOOK_EVERY = 0.2
PATIENCE = 300.0
MEGABYTE = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison (default: 3)")
    parser.add_argument("--pictures", type=int, default=MANY, help=f"of memory (default: {MANY})")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as storage, Server(Path(storage)) as server:
        rows = [*measure_cards(server), *measure_at_once(server, arguments.rounds)]
        rows += measure_memory(server, arguments.pictures)
        rows += measure_memory_of_large(server)
    print(describe_machine())
    print(format_table(["what", "measured", "to reach"], rows))


class Server:
    """A studio in a process of its own, with a photo in its first project.

    Args:
        storage: folder.
    """

    def __init__(self, storage: Path):
        command = [sys.executable, "-m", "portrait_style", "studio", "--no-browser"]
        command += ["--port", "0", "--storage", str(storage)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = ""
        while "http://" not in line:
            line = self._process.stdout.readline()
            if not line:
                raise SystemExit("the studio did not start")
        address = line[line.index("http://") :].split()[0].rstrip("/.,")
        limits = httpx.Limits(max_connections=None)
        headers = {"X-Studio": "1"}
        self.client = httpx.Client(
            base_url=address, headers=headers, timeout=PATIENCE, limits=limits
        )
        self.photo = self._send_photo()
        (model, *_) = self.client.get("/api/models").json()["models"]
        self.styles = [style["name"] for style in model["styles"]]

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error) -> None:
        self.client.close()
        self._process.terminate()
        self._process.wait()

    def _send_photo(self) -> int:
        picture = Image.fromarray(data.astronaut()[:400, 40:440])
        buffer = io.BytesIO()
        picture.resize((PHOTO_SIDE, PHOTO_SIDE)).save(buffer, "JPEG", quality=95)
        files = {"files": ("portrait.jpg", buffer.getvalue())}
        answer = self.client.post("/api/projects/1/photos", files=files)
        return answer.raise_for_status().json()["photos"][0]["id"]

    def draw(self, size: int, number: int = 0) -> None:
        """Ask for a preview, in one style after the other."""
        style = self.styles[number % len(self.styles)]
        asked = {"photo": self.photo, "style": style, "size": size, "preview": True}
        self.client.post("/api/projects/1/draw", json=asked).raise_for_status()

    def card(self, style: str) -> None:
        """Ask for a style card."""
        asked = {"photo": self.photo, "model": "mobile", "style": style}
        self.client.get("/api/projects/1/card", params=asked).raise_for_status()

    def memory(self) -> float:
        """Resident memory, MB."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024 / MEGABYTE
        raise OSError("the system does not tell what memory a process has")


def measure_cards(server: Server) -> list[list[str]]:
    """Time the cards of all styles, asked for one after the other: drawn, and then kept."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        for style in server.styles:
            server.card(style)
        seconds.append(time.perf_counter() - start)
    what = f"{len(server.styles)} cards of a photo of {PHOTO_SIDE} px"
    return [
        [f"{what}, model not open yet", f"{seconds[0]:.2f} s", "4 s"],
        [f"{what}, kept", f"{seconds[1]:.2f} s", ""],
    ]


def measure_at_once(server: Server, rounds: int) -> list[list[str]]:
    """Time pictures that are asked for at once, those in a row, and the page meanwhile."""
    rows = []
    for size in SIZES:
        in_row, at_once, answers = [], [], []
        _ask_at_once(server, size)
        for _ in range(rounds):
            # Looked at meanwhile as well, that both may have the same of the processor.
            with Answers(server):
                in_row.append(_ask_in_row(server, size))
            with Answers(server) as page:
                at_once.append(_ask_at_once(server, size))
            answers += page.seconds
        first, second = statistics.median(in_row), statistics.median(at_once)
        what = f"{AT_ONCE} pictures of {size} px"
        rows += [
            [f"{what} in a row", f"{first:.2f} s", ""],
            [f"{what} at once", f"{second:.2f} s, {second / first:.2f} times that", "1.15 times"],
            ["slowest answer of the page meanwhile", f"{max(answers):.2f} s", "0.5 s"],
        ]
    return rows


def _ask_in_row(server: Server, size: int) -> float:
    start = time.perf_counter()
    for _ in range(AT_ONCE):
        server.draw(size)
    return time.perf_counter() - start


def _ask_at_once(server: Server, size: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda _: server.draw(size), range(AT_ONCE)))
    return time.perf_counter() - start


def measure_memory(server: Server, count: int) -> list[list[str]]:
    """Look at the memory before and after many pictures, two at a time, of all styles."""
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda number: server.draw(SIZES[0], number), range(WARM_UP)))
        before = server.memory()
        list(threads.map(lambda number: server.draw(SIZES[0], number), range(count)))
    after = server.memory()
    told = f"{before:.0f} MB, then {after:.0f} MB: {after - before:+.0f} MB"
    return [[f"memory before and after {count} pictures", told, "50 MB"]]


def measure_memory_of_large(server: Server) -> list[list[str]]:
    """Look at the memory before and after a picture that takes gigabytes while it is drawn."""
    before = server.memory()
    server.draw(2048)
    after = server.memory()
    told = f"{before:.0f} MB, then {after:.0f} MB: {after - before:+.0f} MB"
    return [["memory before and after a picture of 2048 px", told, "50 MB"]]


class Answers:
    """Asks for the page's state again and again while it is open.

    Attributes:
        seconds: list of float, of every answer.
    """

    def __init__(self, server: Server):
        self.seconds: list[float] = []
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Answers":
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ended.is_set():
            start = time.perf_counter()
            self._server.client.get("/api/state").raise_for_status()
            self.seconds.append(time.perf_counter() - start)
            self._ended.wait(LOOK_EVERY)


if __name__ == "__main__":
    main()
