"""The portrait that the examples stylize: NASA's photograph of Eileen Collins, public domain.

scikit-image carries it in its wheel, so nothing is downloaded and nothing is copied here.
"""

import numpy as np
import skimage

# Top, left, side.
_CROPS = {"portrait": (0, 60, 330), "close": (16, 120, 216), "wide": (0, 0, 512)}


def astronaut(crop: str = "portrait") -> np.ndarray:
    """Cut a square of the photograph.

    Args:
        crop: str, "portrait", "close" or "wide".

    Returns:
        uint8 array of shape (side, side, 3).
    """
    top, left, side = _CROPS[crop]
    return np.ascontiguousarray(skimage.data.astronaut()[top : top + side, left : left + side])
