"""The portraits on which artefacts are compared with the Keras model."""

import os
from pathlib import Path

import numpy as np

from portrait_style.errors import DatasetError, ImageError
from portrait_style.image import crop_square, load_image
from portrait_style.picture_files import in_validation, list_images

MIN_PICTURES = 24
# The share of a folder that training holds out by default.
_HELD_OUT = 0.1


def portraits(folder: str | os.PathLike | None, size: int, count: int = MIN_PICTURES) -> np.ndarray:
    """Read portraits, those first that training by default holds out.

    Args:
        folder: path of a folder of photos, or `None`: then views of the one portrait that
            scikit-image carries.
        size: int, pixels of the squares.
        count: int, how many. Defaults to 24.

    Returns:
        uint8 array of shape (count, size, size, 3).

    Raises:
        DatasetError: if the folder is missing or holds fewer readable pictures.
    """
    if folder is None:
        return _views_of_one_portrait(size, count)
    squares = []
    for path in _held_out_first(Path(folder)):
        try:
            squares.append(crop_square(load_image(path), size))
        except ImageError:
            continue
        if len(squares) == count:
            return np.stack(squares)
    raise DatasetError(
        f"{folder} holds {len(squares)} readable pictures, and {count} are compared; "
        "name a folder with more portraits"
    )


def _held_out_first(folder: Path) -> list[Path]:
    return sorted(list_images(folder), key=lambda path: not in_validation(path, _HELD_OUT))


def _views_of_one_portrait(size: int, count: int) -> np.ndarray:
    """Cut different squares around the astronaut's face; every second one is mirrored."""
    from skimage import data

    portrait = data.astronaut()
    rng = np.random.default_rng(0)
    views = []
    for i in range(count):
        side = int(rng.integers(200, 330))
        left, top = int(rng.integers(60, 120)), int(rng.integers(0, 40))
        view = crop_square(portrait[top : top + side, left : left + side], size)
        views.append(view[:, ::-1] if i % 2 else view)
    return np.stack(views)
