"""How much of a drawing was learned, where it is known how the drawing should have come out.

Pictures are compared by what is in the cells of a grid of 16 by 16: strokes need not lie on the
very same pixels, but must be there. Every function returns a number a picture.
"""

import numpy as np
from keras import ops

from portrait_style.functional.cells import cell_moments
from portrait_style.functional.moments import STYLE_BLOCKS

# Pixels of the squares that are compared, and cells of a side.
SIDE, GRID = 256, 16
_LEVELS = 127.5
# Where there is nothing to divide by.
_EPSILON = 1e-6


def cell_distance(features, true_features):
    """Mean absolute difference of cell statistics, relative to the truth's, mean over blocks.

    Statistics are mean and standard deviation of each channel in each cell.

    Args:
        features, true_features: lists of maps of `FeatureExtractor`, (batch, height, width,
            channels), squares with sides that are multiples of 16, of which the first four count.

    Returns:
        (batch,), 0 for equal statistics, 1 for a picture whose features are all 0.
    """
    errors = []
    for maps in zip(features[:STYLE_BLOCKS], true_features[:STYLE_BLOCKS], strict=True):
        # Nothing is differentiated here: the root needs no epsilon.
        cells, wanted = (cell_moments(x, x.shape[1] // GRID, epsilon=0.0) for x in maps)
        difference, size = (ops.mean(ops.abs(x), axis=(1, 2, 3)) for x in (cells - wanted, wanted))
        errors.append(difference / ops.maximum(size, _EPSILON))
    return sum(errors) / len(errors)


def colour_error(image, true_image):
    """Mean absolute difference of the cells' colours, in levels of 0..255.

    Args:
        image, true_image: RGB in [-1, 1], (batch, side, side, 3), sides that are multiples of 16.

    Returns:
        (batch,) in 0..255.
    """
    cell = image.shape[1] // GRID
    colours, wanted = (ops.average_pool(x, cell, cell) for x in (image, true_image))
    return _LEVELS * ops.mean(ops.abs(colours - wanted), axis=(1, 2, 3))


def learned(distances, photo_distances) -> float:
    """Tell how much of the way from photos to truth was gone: 1 - the ratio of mean distances.

    Args:
        distances: (pictures,), `cell_distance` of results and truth.
        photo_distances: (pictures,), of the untouched photos and truth.

    Returns:
        float, 1 for the truth itself, 0 for the photo, below 0 for what is further away than it.

    Example:
        >>> learned([1.0, 2.0], [4.0, 8.0])
        0.75
    """
    return 1.0 - float(np.mean(distances) / max(np.mean(photo_distances), _EPSILON))
