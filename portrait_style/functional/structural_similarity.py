"""Structural similarity, of which a loss and several measures are made."""

import numpy as np
from keras import ops

WINDOW = 11
_SIGMA = 1.5
_STABILIZERS = (0.01, 0.03)


def structural_similarity(real, fake):
    """Compare brightness, contrast and structure in every whole window, and average.

    Args:
        real, fake: in [0, 1], of one shape (batch, height, width, channels), sides of 11 or more.

    Returns:
        SSIM, and its part of contrast and structure: (batch, channels) each, in [-1, 1].

    References:
        Wang et al., 2004, https://doi.org/10.1109/TIP.2003.819861
    """
    mean_real, mean_fake = _similarity_windows(real), _similarity_windows(fake)
    variances = (
        _similarity_windows(real**2) + _similarity_windows(fake**2) - mean_real**2 - mean_fake**2
    )
    covariance = _similarity_windows(real * fake) - mean_real * mean_fake
    brightness_floor, contrast_floor = (k**2 for k in _STABILIZERS)
    structure = (2.0 * covariance + contrast_floor) / (variances + contrast_floor)
    brightness = (2.0 * mean_real * mean_fake + brightness_floor) / (
        mean_real**2 + mean_fake**2 + brightness_floor
    )
    return ops.mean(brightness * structure, axis=(1, 2)), ops.mean(structure, axis=(1, 2))


def _similarity_windows(image):
    """Weigh each whole window by a Gaussian."""
    distance = np.arange(WINDOW) - WINDOW // 2
    line = np.exp(-0.5 * (distance / _SIGMA) ** 2)
    line = (line / line.sum()).astype("float32")
    channels = image.shape[-1]
    for shape in ((WINDOW, 1, 1, 1), (1, WINDOW, 1, 1)):
        kernel = np.tile(line.reshape(shape), (1, 1, channels, 1))
        image = ops.depthwise_conv(image, ops.convert_to_tensor(kernel), padding="valid")
    return image
