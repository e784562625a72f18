"""Pictures that are there twice: resized, compressed again, or simply copied."""

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from portrait_style.image import crop_square

_SIDE = 16
# Of 1, in the place that differs most. Copies stay below 0.03; two portraits of one series, which
# may differ by the mouth alone, are above 0.1.
_TOLERANCE = 0.06


def thumbnail(picture) -> np.ndarray:
    """Reduce a picture to what its duplicates share: (768,) float32 in [0, 1]."""
    return crop_square(picture, _SIDE).astype(np.float32).ravel() / 255.0


def near_duplicates(thumbnails) -> list[list[int]]:
    """Group pictures that hardly differ anywhere.

    Args:
        thumbnails: (pictures, 768), see `thumbnail`.

    Returns:
        list of groups, each the sorted numbers of two or more pictures.
    """
    alike = cdist(thumbnails, thumbnails, "chebyshev") < _TOLERANCE
    _, groups = connected_components(alike, directed=False)
    members = [np.flatnonzero(groups == group).tolist() for group in range(groups.max() + 1)]
    return [group for group in members if len(group) > 1]
