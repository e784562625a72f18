"""Stylize held-out photos after held-out style pictures, and judge the results.

    python benchmarks/held_out.py --model mobile --data ../shared --output runs/held_out

The split is the one of training: by a checksum of the file's name. Each photo is drawn after one
style picture of the set, in turn. `judge.py` of the data folder prints content, style, kernel
distance, identity and faces found; without it the pictures are drawn all the same.
"""

import argparse
import itertools
import json
import shutil
from pathlib import Path

import numpy as np
from data_folder import add_data
from judging import run_judge
from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import load_image, resize_longer_side, save_image
from portrait_style.image_folder import HELD_OUT_FRACTION, in_validation, list_images
from portrait_style.reports.sheet import contact_sheet

STYLE_SETS = {"picture_scroll": "kaokore", "19th_century": "american_19c"}


def held_out(folder: Path) -> list[Path]:
    return [path for path in list_images(folder) if in_validation(path, HELD_OUT_FRACTION)]


def draw(stylize, photos, references, output: Path, size=None, newer_than=None) -> list[Path]:
    """Draw each photo after one style picture, in turn.

    Args:
        stylize: function of a photo and a style picture, uint8 arrays, to the result.
        photos, references: lists of paths.
        output: folder; results are called as their photos.
        size: int, longer side of the result, or `None` for the photo's own.
        newer_than: float, seconds of the epoch, or `None`: results written since then are kept.

    Returns:
        Paths of the results.
    """
    results = []
    for i, photo in enumerate(tqdm(photos, desc="/".join(output.parts[-2:]), disable=None)):
        result = output / f"{photo.stem}.png"
        results.append(result)
        if newer_than is not None and result.is_file() and result.stat().st_mtime >= newer_than:
            continue
        pixels = load_image(photo)
        pixels = pixels if size is None else resize_longer_side(pixels, size)
        picture = stylize(pixels, load_image(references[i % len(references)]))
        save_image(result, picture, overwrite=True)
    return results


def sheet(photos, references, results, rows=8) -> np.ndarray:
    """Lay out photo, style picture and result of the first photos, three of each a row."""
    paths = zip(photos, itertools.cycle(references), results, strict=False)
    triples = [[load_image(path) for path in each] for each in itertools.islice(paths, 3 * rows)]
    lines = [sum(triples[i : i + 3], []) for i in range(0, len(triples), 3)]
    return contact_sheet(lines, ["photo", "style", "result"] * min(3, len(triples)), size=144)


def copy_references(references, folder: Path) -> Path:
    """Copy style pictures to a folder of their own, where `judge.py` looks for them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for reference in references:
        shutil.copy(reference, folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mobile", help="preset, run folder or .keras file")
    add_data(parser, "data/photos, data/styles and tools/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60, help="photos")
    parser.add_argument("--size", type=int, help="longer side of the result")
    arguments = parser.parse_args()
    stylizer = PortraitStylizer.load(arguments.model)
    data = arguments.data
    photos = held_out(data / "data" / "photos")[: arguments.limit]
    for name, folder in STYLE_SETS.items():
        references = held_out(data / "data" / "styles" / folder)
        copies = copy_references(references, arguments.output / f"{name}_references")
        output = arguments.output / name
        results = draw(stylizer.stylize, photos, references, output, arguments.size)
        save_image(output.with_suffix(".png"), sheet(photos, references, results), overwrite=True)
        judge = data / "tools" / "judge.py"
        if judge.is_file():
            figures = run_judge(judge, photos[0].parent, output, copies, arguments.limit)
            print(f"{name}: {json.dumps(figures)}", flush=True)


if __name__ == "__main__":
    main()
