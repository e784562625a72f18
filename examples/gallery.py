"""Draw the pictures of the README from a photo that anybody may pass on.

    python examples/gallery.py

Writes `assets/gallery/sheet.png` and `assets/teaser.png`; `assets/CREDITS.md` says where the photo
comes from.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from astronaut import astronaut
from captioned import captioned_grid

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square, encode_image, resize_longer_side, write_atomically
from portrait_style.sheet import contact_sheet
from portrait_style.terminal import import_tensorflow_quietly

CROPS = ("portrait", "close", "wide")
SHEET_CELL, TEASER_CELL = 160, 256
PHOTO_SIZE = 512
TEASER_STYLES = 4


def main() -> None:
    """Draw both pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("assets"))
    parser.add_argument("--model", default="mobile", help="preset or run folder (default: mobile)")
    parser.add_argument("--teaser", nargs="+", metavar="STYLE", help="default: the most different")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    stylizer = PortraitStylizer.load(arguments.model)
    photos = [resize_longer_side(astronaut(crop), PHOTO_SIZE) for crop in CROPS]
    rows = [
        [photo, *(stylizer.stylize(photo, style) for style in stylizer.styles)] for photo in photos
    ]
    sheet = contact_sheet(rows, ["photo", *stylizer.styles], SHEET_CELL)
    pictures = dict(zip(["photo", *stylizer.styles], rows[0], strict=True))
    chosen = arguments.teaser or most_different(pictures, TEASER_STYLES)
    teaser = captioned_grid(
        {name: pictures[name] for name in ("photo", *chosen)}, 1 + len(chosen), TEASER_CELL
    )
    for path, picture in (("gallery/sheet.png", sheet), ("teaser.png", teaser)):
        write_atomically(arguments.output / path, encode_image(picture, ".png"))
        print(arguments.output / path)


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
