"""Start a studio by the command that is given, draw `me.png` in it, and end it as Ctrl-C does.

python use_studio.py portrait-style studio --storage studio --port 0 --no-browser
"""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

BOUNDARY = "of-the-pictures"
SECONDS = 120


def main(command: list[str]) -> int:
    """Run it; return the command's exit code."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://\S+/", process.stdout.readline())[0]
        (photo,) = json.loads(send_photo(address, Path("me.png")))["photos"]
        asked = {"photo": photo["id"], "model": "mobile", "style": "oil", "size": 64}
        drawing = json.loads(send(address, "drawings", json.dumps(asked).encode()))
        with urllib.request.urlopen(address + drawing["url"][1:], timeout=SECONDS) as answer:
            Path("from-studio.png").write_bytes(answer.read())
        process.send_signal(signal.SIGINT)
        return process.wait(SECONDS)
    finally:
        process.kill()


def send_photo(address: str, path: Path) -> bytes:
    """Send a photo as a form of a page does."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; '
        f'filename="{path.name}"\r\n\r\n'
    )
    body = head.encode() + path.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return send(address, "photos", body, f"multipart/form-data; boundary={BOUNDARY}")


def send(address: str, what: str, body: bytes, kind: str = "application/json") -> bytes:
    """Send something to the first project; return the answer."""
    headers = {"Content-Type": kind, "X-Studio": "1"}
    request = urllib.request.Request(f"{address}api/projects/1/{what}", body, headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return answer.read()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
