"""Ask a running TensorFlow Serving for a stylized photo.

Start a server beside the folder that `portrait-style export --formats saved_model` wrote; it is
ready when it prints "Exporting HTTP/REST API at:localhost:8501"::

    docker run --rm -p 8501:8501 -v "$PWD/exported/saved_model:/models/portrait_style" \\
        -e MODEL_NAME=portrait_style tensorflow/serving:latest

Then, with any Python and nothing installed::

    python examples/serving_client.py me.jpg me_in_oil.png --style oil --intensity 0.8

`--style` is a style's name, or a code of 64 comma-separated numbers as `encode_style` gives it.
"""

import argparse
import base64
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

URL = "http://localhost:8501/v1/models/portrait_style:predict"


def main():
    arguments = parse_arguments()
    body = request_body(arguments.photo.read_bytes(), arguments.style, arguments.intensity)
    try:
        with urllib.request.urlopen(urllib.request.Request(arguments.url, body)) as answer:
            arguments.output.write_bytes(picture_in(answer.read()))
    except urllib.error.HTTPError as error:
        sys.exit(f"the server refuses: {error.read().decode(errors='replace')}")
    except urllib.error.URLError as error:
        sys.exit(f"{arguments.url} does not answer ({error.reason}); start the server first")


def parse_arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photo", type=Path, help="JPEG or PNG file")
    parser.add_argument("output", type=Path, help="PNG file to write")
    parser.add_argument("--style", required=True, help="name, or 64 comma-separated numbers")
    parser.add_argument("--intensity", type=float, default=1.0, help="0 to 1, default 1")
    parser.add_argument("--url", default=URL, help=f"default {URL}")
    return parser.parse_args(words)


def request_body(photo: bytes, style: str, intensity: float) -> bytes:
    """Several photos go into one request as longer lists; their sizes may differ."""
    inputs = {
        "image_bytes": [{"b64": base64.b64encode(photo).decode()}],
        "style": [style],
        "intensity": [intensity],
    }
    return json.dumps({"signature_name": "stylize_bytes", "inputs": inputs}).encode()


def picture_in(answer: bytes) -> bytes:
    return base64.b64decode(json.loads(answer)["outputs"][0]["b64"])


if __name__ == "__main__":
    main()
