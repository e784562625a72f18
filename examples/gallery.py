"""Draw the pictures of the README and of the documentation from a photo that anybody may pass on.

    python examples/gallery.py

Writes them into `assets`; `assets/CREDITS.md` says what they are made of.
"""

import argparse
import io
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from astronaut import astronaut
from discovery_picture import discovery_map
from feedback_picture import feedback_picture
from PIL import Image
from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square, resize_longer_side
from portrait_style.interpolation import interpolate
from portrait_style.output_files import write_atomically
from portrait_style.reports.sheet import captioned_grid, contact_sheet
from portrait_style.terminal import import_tensorflow_quietly

CROPS = ("portrait", "close", "wide")
SHEET_CELL, TEASER_CELL, STRIP_CELL = 160, 256, 176
PHOTO_SIZE = 512
TEASER_STYLES = 4
STRIP_ENDS, STRIP_FRAMES, STRIP_SIZE = ("oil", "ink_avatar"), 6, 256
QUALITY = 86


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("assets"))
    parser.add_argument("--model", default="mobile", help="preset or run folder (default: mobile)")
    parser.add_argument("--teaser", nargs="+", metavar="STYLE", help="default: the most different")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    stylizer = PortraitStylizer.load(arguments.model)
    photo = astronaut()
    rows = drawn_rows(stylizer)
    pictures = {
        "teaser.jpg": lambda: teaser(stylizer, rows[0], arguments.teaser),
        "gallery/sheet.jpg": lambda: contact_sheet(rows, ["photo", *stylizer.styles], SHEET_CELL),
        "interpolation.jpg": lambda: interpolation_strip(stylizer, photo),
        "feedback.jpg": lambda: feedback_picture(stylizer, photo),
        "discovery_map.jpg": lambda: discovery_map(stylizer),
    }
    for name, draw in pictures.items():
        write_atomically(arguments.output / name, jpeg(draw()))
        print(arguments.output / name, flush=True)


def drawn_rows(stylizer) -> list[list[np.ndarray]]:
    """Draw every view of the photo in every style, the photo first."""
    rows = []
    for crop in tqdm(CROPS, desc="all styles", unit="photo"):
        photo = resize_longer_side(astronaut(crop), PHOTO_SIZE)
        rows.append([photo, *(stylizer.stylize(photo, style) for style in stylizer.styles)])
    return rows


def teaser(stylizer, row: list[np.ndarray], styles: list[str] | None) -> np.ndarray:
    """Lay the photo and some styles out in a row."""
    pictures = dict(zip(["photo", *stylizer.styles], row, strict=True))
    chosen = ["photo", *(styles or most_different(pictures, TEASER_STYLES))]
    return captioned_grid({name: pictures[name] for name in chosen}, len(chosen), TEASER_CELL)


def interpolation_strip(stylizer, photo: np.ndarray) -> np.ndarray:
    """Lay the way from one style to another out in a row."""
    drawn = interpolate(stylizer, photo, *STRIP_ENDS, STRIP_FRAMES, STRIP_SIZE)
    between = [f"{share:.0%}" for share in np.linspace(0.0, 1.0, STRIP_FRAMES)[1:-1]]
    captions = [STRIP_ENDS[0], *between, STRIP_ENDS[1]]
    return captioned_grid(dict(zip(captions, drawn, strict=True)), STRIP_FRAMES, STRIP_CELL)


def jpeg(picture: np.ndarray) -> bytes:
    """Encode a picture for a page, smaller than `encode_image` does."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def most_different(pictures: dict[str, np.ndarray], count: int) -> list[str]:
    """Choose styles one by one, each as far as possible from the photo and those chosen before.

    Args:
        pictures: dict of "photo" and style names to uint8 arrays of one shape.
        count: int, how many to choose.

    Returns:
        List of style names, in the order in which `pictures` has them.
    """
    small = {
        name: crop_square(picture, 64).astype(np.float32) for name, picture in pictures.items()
    }
    chosen = ["photo"]
    for _ in range(min(count, len(small) - 1)):
        rest = [name for name in small if name not in chosen]
        chosen.append(
            max(rest, key=lambda x: min(np.abs(small[x] - small[y]).mean() for y in chosen))
        )
    return [name for name in pictures if name in chosen[1:]]


if __name__ == "__main__":
    main()
