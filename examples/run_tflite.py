"""Stylize a photo by an exported .tflite file, without this package or TensorFlow.

    pip install ai-edge-litert numpy pillow
    python run_tflite.py me.jpg exported/tflite/conditional_float16.tflite --style oil \
        --output me_oil.png

--style ME.json draws in the style of a profile that `portrait-style feedback save` wrote,
--style styles.json#NAME in one that `portrait-style discover` found.
Files of fixed size draw the photo as large as fits; export with a larger --size for more.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

# The network draws a border along the edge of its input; these pixels keep it off the photo.
RIM = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photo", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument(
        "--style", help="name, profile.json or styles.json#NAME; needed unless baked in"
    )
    parser.add_argument("--intensity", type=float, default=1.0, help="0 to 1 (default: 1)")
    parser.add_argument("--metadata", type=Path, help="default: metadata.json near the model")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    metadata = read_metadata(arguments.metadata, arguments.model)

    interpreter = Interpreter(model_path=str(arguments.model), num_threads=2)
    runner = interpreter.get_signature_runner()
    needed = runner.get_input_details()
    code = find_code(arguments.style, metadata)
    if "style_code" in needed and code is None:
        known = ", ".join(metadata["styles"])
        parser.error(f"--style must be one of {known}, or from a file made with this model")

    photo = ImageOps.exif_transpose(Image.open(arguments.photo)).convert("RGB")
    height, width = needed["photo"]["shape"][1:3]
    pixels, drawn_height, drawn_width = fit(photo, height, width)
    low, high = metadata["inputs"]["photo"]["range"]
    inputs = {"photo": pixels[None].astype(np.float32) / 255 * (high - low) + low}
    if "style_code" in needed:
        inputs["style_code"] = np.float32([code])
        inputs["intensity"] = np.float32([arguments.intensity])

    image = runner(**inputs)["image"][0, RIM : RIM + drawn_height, RIM : RIM + drawn_width]
    pixels = np.clip(np.round((image - low) / (high - low) * 255), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(arguments.output)


def read_metadata(path: Path | None, model: Path) -> dict:
    """Without a path, look beside the model, then beside its folder, where an export writes it."""
    beside, above = (folder / "metadata.json" for folder in model.absolute().parents[:2])
    path = path or (beside if beside.is_file() else above)
    return json.loads(path.read_text(encoding="utf-8"))


def find_code(style: str | None, metadata: dict) -> list[float] | None:
    """Look a style up by its name, or in a file of codes that was made with this model."""
    path, suffix, name = (style or "").partition(".json")
    if not suffix:
        return metadata["styles"].get(style)
    content = json.loads(Path(path + suffix).read_text(encoding="utf-8"))
    # Such a file names its model by a checksum of the code of photographs.
    text = json.dumps(metadata["photo_code"]).encode()
    if content["model"] != hashlib.sha256(text).hexdigest()[:16]:
        return None
    if "clusters" in content:
        return {f"#{each['name']}": each["code"] for each in content["clusters"]}.get(name)
    return content["code"]


def fit(photo: Image.Image, height: int, width: int) -> tuple[np.ndarray, int, int]:
    """Scale the photo to fit inside the rim, and repeat its last pixels up to the edges."""
    scale = min((height - 2 * RIM) / photo.height, (width - 2 * RIM) / photo.width)
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    pixels = np.asarray(photo.resize(size, Image.Resampling.LANCZOS))
    below, beside = height - RIM - size[1], width - RIM - size[0]
    return np.pad(pixels, ((RIM, below), (RIM, beside), (0, 0)), mode="edge"), size[1], size[0]


if __name__ == "__main__":
    main()
