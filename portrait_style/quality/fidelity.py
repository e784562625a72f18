"""How near one picture is to another, pixel by pixel and window by window.

Images are in [-1, 1], (batch, height, width, channels).
"""

from keras import ops

from portrait_style.functional.structural_similarity import WINDOW, structural_similarity

# Weights of the scales, from fine to coarse.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)

_RANGE = 2.0
# Equal pictures would have infinitely many decibels, which no mean survives.
_MAX_DECIBELS = 100.0


def psnr(real_image, fake_image):
    """Fidelity as peak signal-to-noise ratio.

    Args:
        real_image, fake_image: images of one shape.

    Returns:
        (batch,), decibels, at most 100; equal pictures have 100.

    Example:
        >>> import numpy as np
        >>> image = np.zeros((1, 4, 4, 3), "float32")
        >>> round(float(psnr(image, image + 0.2)[0]), 3)  # 10 log10(2² / 0.2²)
        20.0
    """
    error = ops.mean(ops.square(real_image - fake_image), axis=(1, 2, 3)) / _RANGE**2
    floor = 10.0 ** (-_MAX_DECIBELS / 10.0)
    return -10.0 * ops.log10(ops.maximum(error, floor))


def ssim(real_image, fake_image):
    """Fidelity as structural similarity with an 11-pixel Gaussian window, mean over channels.

    Args:
        real_image, fake_image: images of one shape, sides of 11 or more.

    Returns:
        (batch,) in [-1, 1], 1 for equal pictures.

    References:
        Wang et al., 2004, https://doi.org/10.1109/TIP.2003.819861
    """
    similarity, _ = structural_similarity(*_fidelity_range(real_image, fake_image))
    return ops.mean(similarity, axis=-1)


def multiscale_ssim(real_image, fake_image, scale_weights=SCALE_WEIGHTS):
    """Fidelity as structural similarity at several scales, each half as large as the one before.

    Fine scales compare contrast and structure, the coarsest brightness too. Negative correlation
    at a scale counts as none.

    Args:
        real_image, fake_image: images of one shape. Sides must be at least
            11 * 2**(scales - 1): 176 for five scales.
        scale_weights: tuple of float, an exponent a scale, from fine to coarse. Defaults to the
            five of the paper.

    Returns:
        (batch,) in [0, 1], 1 for equal pictures.

    Raises:
        ValueError: if the pictures are too small.

    References:
        Wang et al., 2003, https://doi.org/10.1109/ACSSC.2003.1292216
    """
    smallest = WINDOW * 2 ** (len(scale_weights) - 1)
    if min(real_image.shape[1:3]) < smallest:
        raise ValueError(
            f"`real_image` must have sides of {smallest} or more for {len(scale_weights)} scales. "
            f"Received: real_image.shape={tuple(real_image.shape)}."
        )
    real, fake = _fidelity_range(real_image, fake_image)
    product = 1.0
    for scale, weight in enumerate(scale_weights, start=1):
        similarity, structure = structural_similarity(real, fake)
        factor = similarity if scale == len(scale_weights) else structure
        # The gradient of a power is infinite at 0.
        product = product * ops.power(ops.maximum(factor, 1e-6), weight)
        real, fake = (ops.average_pool(image, 2, 2) for image in (real, fake))
    return ops.mean(product, axis=-1)


def _fidelity_range(*images):
    """Map to [0, 1]: brightness is compared by its ratio, so that black must be 0."""
    return tuple((ops.convert_to_tensor(image) + 1.0) / _RANGE for image in images)
