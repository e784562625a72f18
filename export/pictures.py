"""The portraits on which artefacts are compared with the Keras model."""

import os

import numpy as np

from portrait_style.errors import DatasetError
from portrait_style.export.program import Program
from portrait_style.image import crop_square, to_model_range
from portrait_style.image_folder import read_held_out_first
from portrait_style.styles.bank import StyleBank

MIN_PICTURES = 24


def portraits(
    folder: str | os.PathLike | None, size: int, count: int = MIN_PICTURES, last: bool = False
) -> np.ndarray:
    """Read the pictures to compare on: portraits, those first that training by default holds out.

    Args:
        folder: path of a folder of photos, or `None`: then views of the one portrait that
            scikit-image carries.
        size: int, pixels of the squares.
        count: int, how many. Defaults to 24.
        last: bool, whether to take the last portraits instead, as for calibration: what is
            calibrated is then compared on other pictures. Defaults to `False`.

    Returns:
        uint8 array of shape (count, size, size, 3).

    Raises:
        DatasetError: if the folder is missing or holds fewer readable pictures.
    """
    if folder is None:
        return _views_of_one_portrait(size, count, seed=int(last))
    squares = read_held_out_first(folder, count, size, last)
    if len(squares) < count:
        raise DatasetError(
            f"{folder} holds {len(squares)} readable pictures, and {count} are compared; "
            "name a folder with more portraits"
        )
    return squares


def _views_of_one_portrait(size: int, count: int, seed: int) -> np.ndarray:
    """Cut different squares around the astronaut's face; every second one is mirrored."""
    from skimage import data

    portrait = data.astronaut()
    rng = np.random.default_rng(seed)
    views = []
    for i in range(count):
        side = int(rng.integers(200, 330))
        left, top = int(rng.integers(60, 120)), int(rng.integers(0, 40))
        view = crop_square(portrait[top : top + side, left : left + side], size)
        views.append(view[:, ::-1] if i % 2 else view)
    return np.stack(views)


def inputs_for(program: Program, pictures: np.ndarray, bank: StyleBank | None) -> dict:
    """Turn pictures into a program's inputs: every style in turn, at full, half and no intensity.

    Args:
        program: `Program`.
        pictures: uint8, (count, size, size, 3).
        bank: `StyleBank`, where the program takes a style code.

    Returns:
        dict of name to float32 array, one row a portrait.
    """
    images = to_model_range(pictures)
    inputs = {}
    for name in program.inputs:
        if name == "style_code":
            codes = [bank.code(style) for style in bank.names]
            inputs[name] = np.stack([codes[i % len(codes)] for i in range(len(pictures))])
        elif name == "intensity":
            inputs[name] = np.resize(np.float32([1.0, 1.0, 0.5, 1.0, 0.0]), len(pictures))
        else:
            inputs[name] = images
    return inputs
