"""See the package at work: a real portrait in every bundled style, then a short training.

    python examples/demo.py

Needs no network and no data beyond scikit-image's and the package's own pictures; writes into
`demo/`, and what renderers draw into the user's cache.
"""

import argparse
import json
import os
import shutil
import time
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from astronaut import astronaut

from portrait_style import PortraitStylizer
from portrait_style.encoding import encode_image
from portrait_style.image import crop_square, load_image, save_image
from portrait_style.image_folder import (
    HELD_OUT_FRACTION,
    bundled_photos,
    in_validation,
    list_images,
)
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import captioned_grid, contact_sheet
from portrait_style.terminal import import_tensorflow_quietly

CELL, COLUMNS = 220, 5
INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
RENDERERS = ("comic", "linocut")
TRAINING_SIZE, SHOWN = 128, 4


def main() -> None:
    """Run both halves and write the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("demo"))
    parser.add_argument("--model", default="mobile", help="preset or run folder (default: mobile)")
    parser.add_argument("--steps", type=int, default=100, help="of the short training")
    arguments = parser.parse_args()
    output = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    import_tensorflow_quietly()

    print("1 of 2: a portrait in every bundled style", flush=True)
    portraits, intensities = stylize(arguments.model, output)
    print("2 of 2: a short training", flush=True)
    losses = train_shortly(output, arguments.steps)
    training = (output / "training.png").read_bytes()
    shown = page(portraits, intensities, training, losses, arguments.steps)
    (output / "index.html").write_bytes(shown)
    print(f"done in {time.monotonic() - started:.0f} seconds; look at")
    for name in ("index.html", "sheet.png", "training.png"):
        print(f"  {output / name}")


# A portrait in every style


def stylize(model: str, output: Path) -> tuple[dict, dict]:
    """Write `sheet.png` and `intensity.png`; return the pictures of both by caption."""
    stylizer = PortraitStylizer.load(model)
    photo = astronaut()
    pictures = {"photo": photo}
    for style in stylizer.styles:
        pictures[style] = stylizer.stylize(photo, style)
    strongest = max(stylizer.styles, key=lambda style: _change(photo, pictures[style]))
    strip = {
        f"{strongest}, {intensity:g}": stylizer.stylize(photo, strongest, intensity)
        for intensity in INTENSITIES
    }
    sheet = captioned_grid(pictures, COLUMNS, CELL)
    ladder = captioned_grid(strip, COLUMNS, CELL)
    save_image(output / "sheet.png", np.concatenate([sheet, ladder]), overwrite=True)
    save_image(output / "intensity.png", ladder, overwrite=True)
    return pictures, strip


def _change(photo: np.ndarray, picture: np.ndarray) -> float:
    return float(np.abs(photo.astype(np.float32) - picture).mean())


# A short training


def train_shortly(output: Path, steps: int) -> list[dict]:
    """Teach a new network what renderers draw of the package's faces, and write `training.png`.

    Returns:
        The first and the last validation record of the run.
    """
    # Imports TensorFlow.
    from portrait_style.training import TrainingConfig, train

    run = output / "run"
    shutil.rmtree(run, ignore_errors=True)
    config = TrainingConfig(
        render=RENDERERS,
        output=str(run),
        steps=steps,
        size=TRAINING_SIZE,
        sample_every=max(1, steps // 5),
    )
    run_folder = train(config)
    save_image(output / "training.png", _training_sheet(run), overwrite=True)
    records = [json.loads(line) for line in run_folder.metrics.read_text().splitlines()]
    validation = [record for record in records if "val_pixel" in record]
    return [validation[0], validation[-1]]


def _training_sheet(run: Path) -> np.ndarray:
    """Photos that were held out, what the renderers draw of them, and what the network draws."""
    from portrait_style.renderers import render_all

    stylizer = PortraitStylizer.load(run)
    faces = list_images(bundled_photos())
    held_out = [path for path in faces if in_validation(path, HELD_OUT_FRACTION)]
    photos = [load_image(path) for path in held_out[:SHOWN]]
    columns, rows = ["photo"], [[photo] for photo in photos]
    for name in RENDERERS:
        columns += [f"{name}: renderer", "network"]
        for row, photo in zip(rows, photos, strict=True):
            # Twice the size of training, whose views are close.
            drawn = stylizer.stylize(photo, name, size=2 * TRAINING_SIZE)
            row += [render_all(photo, [name])[name], drawn]
    return contact_sheet(rows, columns, size=224)


# The page


def page(portraits: dict, intensities: dict, training: bytes, losses, steps: int) -> bytes:
    """Make the page that says what each picture shows, and what it does not."""
    first, last = losses
    return render_page(
        Path(__file__).with_name("demo.html"),
        portraits=_files(portraits),
        intensities=_files(intensities),
        training=training,
        styles=[name for name in portraits if name != "photo"],
        steps=steps,
        size=TRAINING_SIZE,
        renderers=RENDERERS,
        first=first,
        last=last,
    )


def _files(pictures: dict[str, np.ndarray]) -> dict[str, bytes]:
    return {
        name: encode_image(crop_square(picture, CELL), ".jpg") for name, picture in pictures.items()
    }


if __name__ == "__main__":
    main()
