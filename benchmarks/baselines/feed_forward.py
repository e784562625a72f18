"""Drawing photos of any size by a network of images."""

from collections.abc import Callable

import numpy as np

from portrait_style.image import pad_to_multiple, to_model_range, to_uint8
from portrait_style.stylizer import RIM


def draw(network: Callable, photo: np.ndarray, multiple: int) -> np.ndarray:
    """Draw a photo with the rim that our stylizer gives its photos, too.

    Args:
        network: function of images in [-1, 1], (1, height, width, 3), to the same.
        photo: uint8 (height, width, 3).
        multiple: int, which sides must be of.

    Returns:
        uint8 (height, width, 3).
    """
    height, width = photo.shape[:2]
    rim = np.pad(photo, ((RIM, RIM), (RIM, RIM), (0, 0)), mode="edge")
    padded = to_model_range(pad_to_multiple(rim, multiple))
    image = np.asarray(network(padded[None]))
    return to_uint8(image[0, RIM : RIM + height, RIM : RIM + width])
