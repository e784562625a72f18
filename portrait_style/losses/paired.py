"""Losses between what was drawn of a photo and what is to be drawn of it."""

from keras import ops

from portrait_style.functional.cells import cell_moments
from portrait_style.functional.moments import STYLE_BLOCKS

# Pixels of the cells in which texture is compared: strokes need not lie on the very same pixels,
# but must be there.
CELL = 16


def coarse_colour_loss(target_image, fake_image, cell=CELL):
    """Mean absolute difference of the colours of cells, between a pair's drawing and target.

    Args:
        target_image, fake_image: RGB in [-1, 1], (batch, height, width, 3), `cell` or more
            a side.
        cell: int, pixels. Defaults to 16.

    Returns:
        Scalar in 0..2.
    """
    target, fake = (ops.average_pool(image, cell, cell) for image in (target_image, fake_image))
    return ops.mean(ops.abs(target - fake))


def paired_feature_loss(target_features, fake_features):
    """Mean absolute difference of feature maps, relative to the target's mean, mean over blocks.

    Args:
        target_features, fake_features: lists of maps, (batch, height, width, channels) each, of
            which the first four count.

    Returns:
        Scalar, 0 for equal features.

    References:
        Johnson et al., 2016, https://arxiv.org/abs/1603.08155
    """
    errors = [
        ops.mean(ops.abs(target - fake)) / (ops.mean(ops.abs(target)) + 1e-3)
        for target, fake in _paired_blocks(target_features, fake_features)
    ]
    return sum(errors) / len(errors)


def texture_loss(target_features, fake_features, cell=CELL):
    """Mean absolute difference of the statistics of cells, between a pair's drawing and target.

    Args:
        target_features, fake_features: lists of maps, each half the size of the one before, of
            which the first four count.
        cell: int, pixels of the picture, 16 or more, a power of 2. Defaults to 16.

    Returns:
        Scalar, 0 for equal statistics, relative to the target's.
    """
    errors = []
    for depth, maps in enumerate(_paired_blocks(target_features, fake_features)):
        target, fake = (cell_moments(x, cell >> depth) for x in maps)
        errors.append(ops.mean(ops.abs(target - fake)) / (ops.mean(ops.abs(target)) + 1e-3))
    return sum(errors) / len(errors)


def shift_loss(fake_image, fake_of_shifted, shift, margin, allowed=0.0):
    """Mean absolute difference between a pair's drawing moved, and the drawing of its moved photo.

    Args:
        fake_image: RGB in [-1, 1], (batch, height, width, 3).
        fake_of_shifted: what was drawn of the photo moved up and left by `shift`, likewise.
        shift: (down, right), integers or integer tensors, 0 or more, pixels.
        margin: int, pixels, at least the largest shift: so much of each side does not count.
        allowed: float or (batch,), the difference of a picture up to which nothing counts.
            Defaults to 0.

    Returns:
        Scalar in 0..2, 0 for drawings that move along.

    References:
        Zhang (shift-equivariance), 2019, https://arxiv.org/abs/1904.11486
    """
    moved = ops.roll(fake_image, (-shift[0], -shift[1]), axis=(1, 2))
    inside = slice(margin, -margin)
    differences = ops.abs(moved - fake_of_shifted)[:, inside, inside]
    return ops.mean(ops.relu(ops.mean(differences, axis=(1, 2, 3)) - allowed))


def _paired_blocks(target_features, fake_features):
    blocks = slice(STYLE_BLOCKS)
    return list(zip(target_features[blocks], fake_features[blocks], strict=True))
