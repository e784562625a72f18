"""Stylize a photo by an exported .onnx file, without this package or TensorFlow.

pip install onnxruntime numpy pillow
python run_onnx.py me.jpg exported/onnx/conditional.onnx --style oil --output me_oil.png
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

# The network draws a border along the edge of its input; these pixels keep it off the photo.
RIM = 16
# Its sides must be multiples of this.
MULTIPLE = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photo", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--style", help="needed unless the style is baked in")
    parser.add_argument("--intensity", type=float, default=1.0, help="0 to 1 (default: 1)")
    parser.add_argument("--size", type=int, default=512, help="longer side (default: 512 pixels)")
    parser.add_argument("--metadata", type=Path, help="default: metadata.json near the model")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    metadata = read_metadata(arguments.metadata, arguments.model)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(
        arguments.model, options, providers=["CPUExecutionProvider"]
    )
    needed = {value.name for value in session.get_inputs()}
    if "style_code" in needed and arguments.style not in metadata["styles"]:
        parser.error(f"--style must be one of {', '.join(metadata['styles'])}")

    photo = ImageOps.exif_transpose(Image.open(arguments.photo)).convert("RGB")
    pixels, height, width = fit(photo, arguments.size)
    low, high = metadata["inputs"]["photo"]["range"]
    inputs = {"photo": pixels[None].astype(np.float32) / 255 * (high - low) + low}
    if "style_code" in needed:
        inputs["style_code"] = np.float32([metadata["styles"][arguments.style]])
        inputs["intensity"] = np.float32([arguments.intensity])

    image = session.run(["image"], inputs)[0][0, RIM : RIM + height, RIM : RIM + width]
    pixels = np.clip(np.round((image - low) / (high - low) * 255), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(arguments.output)


def read_metadata(path: Path | None, model: Path) -> dict:
    """Without a path, look beside the model, then beside its folder, where an export writes it."""
    beside, above = (folder / "metadata.json" for folder in model.absolute().parents[:2])
    path = path or (beside if beside.is_file() else above)
    return json.loads(path.read_text(encoding="utf-8"))


def fit(photo: Image.Image, size: int) -> tuple[np.ndarray, int, int]:
    """Scale the longer side to `size`, and repeat the last pixels up to rim and multiple."""
    scale = size / max(photo.size)
    width, height = (max(1, round(side * scale)) for side in photo.size)
    pixels = np.asarray(photo.resize((width, height), Image.Resampling.LANCZOS))
    below, beside = (RIM + -side % MULTIPLE for side in (height, width))
    return np.pad(pixels, ((RIM, below), (RIM, beside), (0, 0)), mode="edge"), height, width


if __name__ == "__main__":
    main()
