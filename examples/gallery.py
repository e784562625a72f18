"""Draw the pictures of the README and of the documentation from faces that anybody may pass on.

    python examples/gallery.py

Writes them into `assets`; `assets/CREDITS.md` says what they are made of. The people in
`assets/people` were held out from the training of the bundled presets.
"""

import argparse
import io
import os
from collections.abc import Callable
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from discovery_picture import discovery_map
from feedback_picture import feedback_picture
from PIL import Image
from tqdm import tqdm
from worst_pictures import worst_pictures

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square, load_image
from portrait_style.image_folder import list_images
from portrait_style.interpolation import interpolate
from portrait_style.output_files import write_atomically
from portrait_style.reports.sheet import captioned_grid, contact_sheet
from portrait_style.terminal import import_tensorflow_quietly

ASSETS = Path(__file__).parents[1] / "assets"
PRESETS = ("mobile", "large")
# Eight looks on eight people.
TEASER = {
    "comic": "female-47",
    "watercolour": "female-12",
    "linocut": "male-7",
    "ink_avatar": "female-31",
    "cartoon": "female-73",
    "engraving": "male-89",
    "poster": "male-4",
    "cyanotype": "female-92",
}
ALL_STYLES, STRIP, FEEDBACK = "male-64", "female-65", "female-76"
# Longer side of what is drawn: strokes are as wide as those that were learned.
DRAWN = 256
TEASER_COLUMNS, TEASER_CELL, INSET = 4, 288, 84
SHEET_COLUMNS, SHEET_CELL = 6, 200
PAIRS, PAIR_CELL = 4, 192
STRIP_ENDS, STRIP_FRAMES, STRIP_SIZE, STRIP_CELL = ("linocut", "watercolour"), 6, 256, 200
QUALITY = 86


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ASSETS)
    parser.add_argument(
        "--model", default=PRESETS[0], help="preset or run folder (default: mobile)"
    )
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    stylizer = PortraitStylizer.load(arguments.model)
    people = {path.stem.removeprefix("faker-"): path for path in list_images(ASSETS / "people")}
    photos = {name: load_image(path) for name, path in people.items()}
    pictures: dict[str, Callable[[], np.ndarray]] = {
        "teaser.jpg": lambda: teaser(stylizer, photos),
        "gallery/sheet.jpg": lambda: all_styles(stylizer, photos[ALL_STYLES]),
        "interpolation.jpg": lambda: interpolation_strip(stylizer, photos[STRIP]),
        "feedback.jpg": lambda: feedback_picture(stylizer, photos[FEEDBACK]),
        "discovery_map.jpg": lambda: discovery_map(stylizer),
    }
    if arguments.model == PRESETS[0]:
        presets = {PRESETS[0]: stylizer, PRESETS[1]: PortraitStylizer.load(PRESETS[1])}
        pictures["gallery/worst.jpg"] = lambda: worst_pictures(presets, photos)
    for style in stylizer.styles:
        pictures[f"gallery/{style}.jpg"] = lambda style=style: one_style(
            stylizer, style, list(photos.values())
        )
    for name, draw in tqdm(pictures.items(), desc="gallery", unit="picture"):
        write_atomically(arguments.output / name, jpeg(draw()))


def teaser(stylizer, photos: dict[str, np.ndarray]) -> np.ndarray:
    """Draw eight people in a style each, the photo in a corner."""
    drawn = {
        style: with_inset(stylizer.stylize(photos[name], style, size=DRAWN), photos[name])
        for style, name in TEASER.items()
    }
    return captioned_grid(drawn, TEASER_COLUMNS, TEASER_CELL)


def with_inset(picture: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Lay a photo, framed in white, over the lower left corner of its drawing."""
    made, edge = crop_square(picture, TEASER_CELL), TEASER_CELL // 96
    made = made.copy()
    made[-INSET - 2 * edge :, : INSET + 2 * edge] = 255
    made[-INSET - edge : -edge, edge : INSET + edge] = crop_square(photo, INSET)
    return made


def all_styles(stylizer, photo: np.ndarray) -> np.ndarray:
    """Draw a photo in every style, the photo first."""
    drawn = {style: stylizer.stylize(photo, style, size=DRAWN) for style in stylizer.styles}
    return captioned_grid({"photo": photo, **drawn}, SHEET_COLUMNS, SHEET_CELL)


def one_style(stylizer, style: str, photos: list[np.ndarray]) -> np.ndarray:
    """Draw everybody in one style, each beside the photo."""
    cells = [
        cell for photo in photos for cell in (photo, stylizer.stylize(photo, style, size=DRAWN))
    ]
    width = 2 * PAIRS
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    return contact_sheet(rows, ["photo", style] * PAIRS, PAIR_CELL)


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


if __name__ == "__main__":
    main()
