"""Ask whether the measures rank methods and styles as an independent instrument does.

    python benchmarks/judge_agreement.py --photos photos --styles styles \
        --outputs ours=runs/ours adain=runs/adain --data ../shared

Each folder of outputs holds a sub-folder a style, called as in --styles, with results called as
their photos. `judge.py` of the data folder, with VGG16 and a runtime of its own for faces, measures
the same pictures; Spearman's rank correlation over all methods and styles is printed.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from PIL import Image
from scipy.stats import spearmanr
from tqdm import tqdm

from portrait_style.evaluation.comparison import Comparison
from portrait_style.evaluation.pictures import SIDE
from portrait_style.evaluation.style_set import StyleSet
from portrait_style.image import crop_square, load_image
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.picture_files import list_images
from portrait_style.quality.faces import FaceReader
from portrait_style.table import format_table

# What the judge calls a measure, what we call it, and whether both rise together.
MEASURES = {
    "content": ("content_retention", -1),
    "style": ("style_distance", 1),
    "kid": ("kernel_distance", 1),
    "identity": ("identity", 1),
    "found": ("faces_found", 1),
}
GOAL = 0.8


def main() -> None:
    arguments = _parser().parse_args()
    networks = arguments.data / "models"
    reader = FaceReader(
        networks / "face_detection_yunet.onnx", networks / "face_embedding_sface.onnx"
    )
    extractor = FeatureExtractor(arguments.perceptual, arguments.perceptual_weights or "pretrained")
    cases = [
        (method, folder)
        for method, output in arguments.outputs
        for folder in sorted(output.iterdir())
        if (arguments.styles / folder.name).is_dir()
    ]
    rows, pairs = [], {name: [] for name in MEASURES}
    for method, folder in tqdm(cases, disable=None):
        theirs = judged(arguments, folder)
        ours = measured(arguments, folder, extractor, reader)
        row = [f"{method}/{folder.name}"]
        for name, (measure, _) in MEASURES.items():
            pairs[name].append((theirs[name], ours[measure].value))
            row += [f"{theirs[name]:.3f}", f"{ours[measure].value:.3f}"]
        rows.append(row)
    header = ["outputs"] + [cell for name in MEASURES for cell in (name, MEASURES[name][0])]
    print(format_table(header, rows))
    print(f"\nSpearman over {len(rows)} folders, goal {GOAL}:")
    for name, (measure, direction) in MEASURES.items():
        correlation = direction * spearmanr(pairs[name]).statistic
        print(f"  {measure} with the judge's {name}: {correlation:.3f}")


def judged(arguments, folder: Path) -> dict:
    command = [sys.executable, arguments.data / "tools" / "judge.py", "--outputs", folder]
    command += ["--photos", arguments.photos, "--style", arguments.styles / folder.name]
    command += ["--limit", str(arguments.limit)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(printed.splitlines()[-1])


def measured(arguments, folder: Path, extractor, reader):
    results = {path.stem: path for path in list_images(folder)}
    photos = [path for path in list_images(arguments.photos) if path.stem in results]
    photos = photos[: arguments.limit]
    paths = list_images(arguments.styles / folder.name)[: 3 * arguments.limit]
    squares = [crop_square(load_image(path), SIDE) for path in paths]
    comparison = Comparison(StyleSet(squares, extractor), extractor, face_reader=reader)
    for number, path in enumerate(photos):
        photo, result = load_image(path), load_image(results[path.stem])
        comparison.update(fitted(photo, result), result, squares[number % len(squares)])
    return comparison.estimates()


def fitted(photo, result):
    """Scale the photo to its result's size, at which its face is compared."""
    height, width = result.shape[:2]
    return np.asarray(Image.fromarray(photo).resize((width, height), Image.Resampling.LANCZOS))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--photos", type=Path, required=True)
    add("--styles", type=Path, required=True, help="a folder a style")
    add("--outputs", type=_named, nargs="+", required=True, metavar="METHOD=DIR")
    data = os.environ.get("PORTRAIT_STYLE_DATA", "../shared")
    add("--data", type=Path, default=Path(data), help="holds models/ and tools/")
    add("--perceptual", default="compact", choices=("compact", "vgg16", "vgg19"))
    add("--perceptual-weights")
    add("--limit", type=int, default=60, help="photos")
    return parser


def _named(text: str) -> tuple[str, Path]:
    method, _, folder = text.partition("=")
    if not Path(folder or "?").is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not METHOD=DIR with an existing folder")
    return method, Path(folder)


if __name__ == "__main__":
    main()
