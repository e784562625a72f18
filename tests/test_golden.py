"""The bundled presets draw today what they drew when `tests/golden` was written.

`python tests/test_golden.py` writes the sheets again: only where pictures are meant to change.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portrait_style import PortraitStylizer

FOLDER = Path(__file__).parent / "golden"
SIDE = 64
PRESETS = ("mobile", "large")
# Of the pictures that scikit-image carries: name, top, left, side.
VIEWS = (
    ("astronaut", 0, 60, 330),
    ("astronaut", 16, 120, 216),
    ("astronaut", 0, 0, 512),
    ("astronaut", 120, 150, 160),
    ("camera", 40, 140, 200),
    ("chelsea", 20, 80, 260),
    ("coffee", 60, 120, 300),
    ("rocket", 0, 150, 400),
)


def photos():
    """Eight photos, uint8 (64, 64, 3)."""
    import skimage

    for name, top, left, side in VIEWS:
        picture = getattr(skimage.data, name)()
        picture = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=-1)
        square = Image.fromarray(picture[top : top + side, left : left + side])
        yield np.asarray(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def drawn_sheet(preset):
    """A row a photo, a column a style: uint8."""
    stylizer = PortraitStylizer.from_preset(preset)
    rows = [[stylizer.stylize(photo, style) for style in stylizer.styles] for photo in photos()]
    return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def psnr(first, second):
    error = np.mean(np.square(first.astype(float) - second), axis=(1, 3, 4))
    return 10.0 * np.log10(255.0**2 / np.maximum(error, 1e-3))


def tiles(sheet):
    """(rows, 64, columns, 64, 3)"""
    return sheet.reshape(sheet.shape[0] // SIDE, SIDE, sheet.shape[1] // SIDE, SIDE, 3)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_draw_the_same_pixels(preset):
    expected = np.asarray(Image.open(FOLDER / f"{preset}.png"))
    found = drawn_sheet(preset)
    assert found.shape == expected.shape
    assert psnr(tiles(found), tiles(expected)).min() >= 60.0


if __name__ == "__main__":
    for preset in PRESETS:
        Image.fromarray(drawn_sheet(preset)).save(FOLDER / f"{preset}.png", optimize=True)
