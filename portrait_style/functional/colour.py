"""Brightness and colour of RGB, shared by losses and measures."""

from collections.abc import Callable

import numpy as np
from keras import ops

from portrait_style.image import LUMA

# Red, green and blue of Cb and Cr, for differences in the range of the image.
_CHROMA = ((-0.168736, 0.5), (-0.331264, -0.418688), (0.5, -0.081312))


def luminance(image):
    """Weighted mean of the channels, (batch, height, width, 1), in the image's range."""
    weights = ops.reshape(ops.convert_to_tensor(LUMA, dtype=image.dtype), (1, 1, 3, 1))
    return ops.conv(image, weights)


def chroma(image):
    """Blue and red difference, (batch, height, width, 2), of RGB in [-1, 1]; 0 for every grey.

    References:
        ITU-R BT.601, the matrix of Cb and Cr.
    """
    weights = ops.reshape(ops.convert_to_tensor(_CHROMA, dtype=image.dtype), (1, 1, 3, 2))
    return ops.conv(image, weights)


def match_colours(pixels, reference_pixels) -> np.ndarray:
    """Give a picture the mean and the covariance of another one's colours.

    Args:
        pixels: uint8 RGB, (height, width, 3).
        reference_pixels: uint8 RGB, (height, width, 3); sides may differ.

    Returns:
        uint8 RGB of the shape of `pixels`.
    """
    return fit_colour_map(pixels, reference_pixels)(pixels)


def fit_colour_map(pixels, reference_pixels) -> Callable[[np.ndarray], np.ndarray]:
    """Find how colours become others: in a picture, or in all of a set that is stacked.

    Of all linear maps that give colours the wanted mean and covariance it is the one that moves
    them least.

    Args:
        pixels: uint8 RGB, (height, width, 3), the colours to start from.
        reference_pixels: uint8 RGB, (height, width, 3), the wanted ones; sides may differ.

    Returns:
        Function of uint8 RGB (height, width, 3), any picture, to the same with mapped colours.

    References:
        Pitie and Kokaram (linear Monge-Kantorovitch map), 2007,
        https://doi.org/10.1049/cp:20070055
    """
    colours, wanted = (
        np.reshape(p, (-1, 3)).astype(np.float64) for p in (pixels, reference_pixels)
    )
    # Of a grey picture, which varies in one direction only, the others are kept apart from 0.
    covariance, wanted_covariance = (np.cov(c.T) + np.eye(3) for c in (colours, wanted))
    root = _covariance_power(covariance, 0.5)
    inverse_root = _covariance_power(covariance, -0.5)
    change = inverse_root @ _covariance_power(root @ wanted_covariance @ root, 0.5) @ inverse_root
    mean, wanted_mean = colours.mean(axis=0), wanted.mean(axis=0)

    def map_colours(picture: np.ndarray) -> np.ndarray:
        mapped = (np.reshape(picture, (-1, 3)).astype(np.float64) - mean) @ change + wanted_mean
        return np.clip(np.round(mapped), 0, 255).astype(np.uint8).reshape(np.shape(picture))

    return map_colours


def _covariance_power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Raise the covariance of a picture's colours to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T
