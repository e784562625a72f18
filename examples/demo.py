"""See the package at work: a real portrait in every bundled style, then a short training.

    python examples/demo.py

Needs no network and no data beyond scikit-image's own pictures; writes into `demo/`.
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
import skimage
from astronaut import astronaut
from captioned import captioned_grid
from drawn_styles import STYLES

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square, encode_image, save_image
from portrait_style.losses.weights import LossWeights
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import contact_sheet
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.augmentation import random_view

CELL, COLUMNS = 220, 5
INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
TRAINING_SIZE, PHOTOS, PICTURES_PER_STYLE = 64, 160, 60
# All of them are carried in scikit-image's wheel.
SOURCES = ("astronaut", "camera", "chelsea", "coffee", "rocket")
# Bolder than the defaults, which are for long runs: in so few steps only the style shows.
LOSS_WEIGHTS = dict(style=8.0, content=3.0, reconstruction=1.0)


def main() -> None:
    """Run both halves and write the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("demo"))
    parser.add_argument("--model", default="mobile", help="preset or run folder (default: mobile)")
    parser.add_argument("--steps", type=int, default=300, help="of the short training")
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
    """Train on pictures made here, and write `training.png`.

    Returns:
        The first and the last validation record of the run.
    """
    # Imports TensorFlow.
    from portrait_style.training import TrainingConfig, train

    data, run = output / "training_data", output / "run"
    for folder in (data, run):
        shutil.rmtree(folder, ignore_errors=True)
    make_photos(data / "photos")
    make_style_pictures(data / "styles")
    config = TrainingConfig(
        photos=str(data / "photos"),
        styles=str(data / "styles"),
        output=str(run),
        steps=steps,
        size=TRAINING_SIZE,
        sample_every=max(1, steps // 5),
        loss_weights=LossWeights(**LOSS_WEIGHTS),
    )
    run_folder = train(config)
    save_image(output / "training.png", _training_sheet(run, data / "styles"), overwrite=True)
    records = [json.loads(line) for line in run_folder.metrics.read_text().splitlines()]
    validation = [record for record in records if "val_style" in record]
    return [validation[0], validation[-1]]


def make_photos(folder: Path) -> None:
    """Cut random views out of scikit-image's photographs; half of them show the astronaut."""
    rng = np.random.default_rng(0)
    sources = [_as_rgb(getattr(skimage.data, name)()) for name in SOURCES]
    for i in range(PHOTOS):
        source = astronaut("wide") if i % 2 else sources[rng.integers(len(sources))]
        view = random_view(source, 128, rng)
        save_image(folder / f"photo-{i:03d}.png", view, overwrite=True)


def make_style_pictures(folder: Path) -> None:
    rng = np.random.default_rng(1)
    for style, draw in STYLES.items():
        for i in range(PICTURES_PER_STYLE):
            picture = np.asarray(draw(rng))
            save_image(folder / style / f"{style}-{i:03d}.png", picture, overwrite=True)


def _as_rgb(image: np.ndarray) -> np.ndarray:
    return np.repeat(image[..., None], 3, axis=-1) if image.ndim == 2 else image


def _training_sheet(run: Path, styles: Path) -> np.ndarray:
    """A picture of each style above what the trained generator makes of three photos."""
    from portrait_style.image import load_image

    stylizer = PortraitStylizer.load(run)
    references = [load_image(next((styles / name).iterdir())) for name in stylizer.styles]
    rows = [[None, *references]]
    for photo in (astronaut(), astronaut("close"), skimage.data.coffee()):
        # Twice the size of training: larger would show textures that it never saw.
        drawn = [stylizer.stylize(photo, style, size=2 * TRAINING_SIZE) for style in STYLES]
        rows.append([photo, *drawn])
    return contact_sheet(rows, ["photo", *stylizer.styles], size=160)


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
        photos=PHOTOS,
        pictures=PICTURES_PER_STYLE,
        first=first,
        last=last,
    )


def _files(pictures: dict[str, np.ndarray]) -> dict[str, bytes]:
    return {
        name: encode_image(crop_square(picture, CELL), ".jpg") for name, picture in pictures.items()
    }


if __name__ == "__main__":
    main()
