"""Losses on pixels and codes."""

from keras import ops

from portrait_style.functional.colour import chroma, luminance
from portrait_style.functional.moments import channel_moments


def colour_loss(reference_image, fake_image):
    """Squared difference of the pixels' mean chroma and of its standard deviation, summed.

    Perceptual features hardly tell a tinted picture from a grey one; this does.

    Args:
        reference_image: the style picture, RGB in [-1, 1], (batch, height, width, 3).
        fake_image: the stylized picture, likewise; sizes may differ.

    Returns:
        Scalar, 0 or more; 0 for equal moments.
    """
    moments = [channel_moments(chroma(image)) for image in (reference_image, fake_image)]
    return ops.mean(ops.sum(ops.square(moments[0] - moments[1]), axis=-1))


def reconstruction_loss(real_image, reconstructed_image):
    """Mean absolute difference of pixels, (batch, height, width, 3) in [-1, 1]; 0..2."""
    return ops.mean(ops.abs(real_image - reconstructed_image))


def consistency_loss(fake_image, perturbed_image):
    """Mean absolute difference of pixels drawn of photos and of the same photos perturbed; 0..2.

    References:
        Zhang et al. (consistency under perturbation, TRADES), 2019,
        https://arxiv.org/abs/1901.08573
    """
    return ops.mean(ops.abs(fake_image - perturbed_image))


def style_code_loss(style_code, reconstructed_code):
    """Mean absolute difference of codes as of pixels, (batch, code_size); 0 or more.

    References:
        Choi et al. (StarGAN v2), 2020, equation 2, https://arxiv.org/abs/1912.01865
    """
    return ops.mean(ops.abs(style_code - reconstructed_code))


def total_variation_loss(image, weight=None):
    """Mean absolute difference of vertical and of horizontal neighbour pixels, summed; 0..4.

    Args:
        image: RGB in [-1, 1], (batch, height, width, 3).
        weight: how much each place counts, 0..1, (batch, height, width, 1). By default all count
            alike.

    References:
        Rudin et al., 1992; anisotropic form.
    """
    vertical = ops.abs(image[:, 1:] - image[:, :-1])
    horizontal = ops.abs(image[:, :, 1:] - image[:, :, :-1])
    if weight is not None:
        vertical, horizontal = weight[:, 1:] * vertical, weight[:, :, 1:] * horizontal
    return ops.mean(vertical) + ops.mean(horizontal)


def chroma_variation_loss(image):
    """Total variation of chroma alone, summed over its channels; 0 or more.

    Perceptual features take coloured fringes along edges for texture; a picture has most of its
    detail in luminance, which this leaves free.
    """
    coloured = chroma(image)
    return coloured.shape[-1] * total_variation_loss(coloured)


def grid_loss(image, cell=8, limit=0.1):
    """Spread of what is drawn alike into every cell of a grid: dots, screens, checkerboards.

    Averaged over all cells, what a photo shows and what a brush does cancel out; a pattern that
    upsampling repeats from cell to cell stays.

    Args:
        image: RGB in [-1, 1], (batch, height, width, 3), sides multiples of `cell`.
        cell: int, pixels; patterns of this period, its half, third, ... are found. Defaults to 8.
        limit: float, steps in luminance beyond which an edge counts no more. Defaults to 0.1.

    Returns:
        Scalar in 0..`limit`, 0 without such a pattern.
    """
    grey = luminance(image)
    detail = ops.clip(grey - ops.average_pool(grey, cell, 1, padding="same"), -limit, limit)
    _, height, width, _ = ops.shape(grey)
    cells = ops.reshape(detail, (-1, height // cell, cell, width // cell, cell))
    pattern = ops.mean(cells, axis=(1, 3))
    return ops.mean(ops.sqrt(ops.var(pattern, axis=(1, 2)) + 1e-10))


def tone_loss(real_image, fake_image, scale=4, weight=1.0):
    """1 - SSIM of coarse luminance, of equal mean and spread, in windows of 7 by 7 places.

    Perceptual features hardly tell a face from its negative, nor an even cheek from one with a
    stroke across it; this does, whatever the paper's brightness is.

    Args:
        real_image, fake_image: RGB in [-1, 1], (batch, height, width, 3).
        scale: int, pixels that are averaged to one. Defaults to 4.
        weight: how much each place counts, (batch, height / scale, width / scale, 1), or a number.
            Defaults to 1.0.

    Returns:
        Scalar, 0 for images equal up to brightness and contrast; up to 2 with the weight 1.

    References:
        Wang et al., 2004, https://doi.org/10.1109/TIP.2003.819861
    """
    real, fake = (
        _contrast_normalized_pixels(ops.average_pool(luminance(image), scale, scale))
        for image in (real_image, fake_image)
    )
    real_mean, fake_mean = _pixel_window_mean(real), _pixel_window_mean(fake)
    covariance = _pixel_window_mean(real * fake) - real_mean * fake_mean
    variances = _pixel_window_mean(real**2 + fake**2) - real_mean**2 - fake_mean**2
    brightness = (2.0 * real_mean * fake_mean + 1e-4) / (real_mean**2 + fake_mean**2 + 1e-4)
    structure = (2.0 * covariance + 9e-4) / (variances + 9e-4)
    return ops.mean(weight * (1.0 - brightness * structure))


def _contrast_normalized_pixels(grey):
    """Give each picture the mean 0.5 and the deviation of typical photos, 0.2 of the range."""
    axes = (1, 2, 3)
    centred = grey - ops.mean(grey, axis=axes, keepdims=True)
    return 0.5 + 0.2 * centred / ops.sqrt(ops.mean(centred**2, axis=axes, keepdims=True) + 1e-6)


def _pixel_window_mean(values):
    """Average over 7 by 7 places; at the edge, over those that there are."""
    return ops.average_pool(values, 7, 1, padding="same")
