"""Stylize held-out photos after held-out style pictures, and judge the results.

    python benchmarks/held_out.py --model mobile --data ../shared --output runs/held_out

The split is the one of training: by a checksum of the file's name. Each photo is drawn after one
style picture of the set, in turn. `judge.py` of the data folder prints content, style, kernel
distance, identity and faces found; without it the pictures are drawn all the same.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import load_image, save_image
from portrait_style.picture_files import in_validation, list_images
from portrait_style.sheet import contact_sheet

STYLE_SETS = {"picture_scroll": "kaokore", "19th_century": "american_19c"}


def held_out(folder: Path) -> list[Path]:
    return [path for path in list_images(folder) if in_validation(path, 0.1)]


def draw(stylizer, photos, references, output: Path, size) -> None:
    rows = []
    for i, photo in enumerate(tqdm(photos, desc=output.name)):
        reference = references[i % len(references)]
        picture = stylizer.stylize(load_image(photo), str(reference), size=size)
        save_image(output / f"{photo.stem}.png", picture, overwrite=True)
        if i < 24:
            rows.append([load_image(photo), load_image(reference), picture])
    thirds = [sum(rows[i : i + 3], []) for i in range(0, len(rows), 3)]
    sheet = contact_sheet(thirds, ["photo", "style", "result"] * 3, size=144)
    save_image(output.with_suffix(".png"), sheet, overwrite=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mobile", help="preset, run folder or .keras file")
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("PORTRAIT_STYLE_DATA", "../shared")
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60, help="photos")
    parser.add_argument("--size", type=int, help="longer side of the result")
    arguments = parser.parse_args()
    stylizer = PortraitStylizer.load(arguments.model)
    data = arguments.data
    photos = held_out(data / "data" / "photos")[: arguments.limit]
    for name, folder in STYLE_SETS.items():
        references = held_out(data / "data" / "styles" / folder)
        copies = arguments.output / f"{name}_references"
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir(parents=True)
        for reference in references:
            shutil.copy(reference, copies)
        output = arguments.output / name
        draw(stylizer, photos, references, output, arguments.size)
        judge = data / "tools" / "judge.py"
        if judge.is_file():
            command = [sys.executable, judge, "--photos", photos[0].parent, "--outputs", output]
            command += ["--style", copies, "--limit", str(arguments.limit)]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            print(f"{name}: {printed.strip()}", flush=True)


if __name__ == "__main__":
    main()
