"""Brightness and colour of RGB, shared by losses and measures."""

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

    Of all linear maps that do so it is the one that moves colours least.

    Args:
        pixels: uint8 RGB, (height, width, 3).
        reference_pixels: uint8 RGB, (height, width, 3); sides may differ.

    Returns:
        uint8 RGB of the shape of `pixels`.

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
    matched = (colours - colours.mean(axis=0)) @ change + wanted.mean(axis=0)
    return np.clip(np.round(matched), 0, 255).astype(np.uint8).reshape(np.shape(pixels))


def _covariance_power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Raise the covariance of a picture's colours to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T
