"""Losses on sets of pictures and of codes: are they spread as those of the style are?"""

from keras import ops

# Added to variances, which are of the order of 0.01 to 1: a feature may be absent from a style.
_EPSILON = 1e-4
# Added to squared distances of codes, which are of the order of 1.
_DISTANCE_EPSILON = 1e-6


def feature_mean_loss(real, fake, affinity):
    """Squared distance between the mean features of two sets, style by style.

    The first rows of each set are this batch, the others are remembered; gradients need only the
    first. A pair counts as much as its styles are alike, so that each style is compared with
    itself. A picture is never paired with the one it was drawn after: matching the set, not that
    one picture, is what is asked. Features count in units of their spread within the style: by how
    much they tell, not by how strong they are.

    This is the squared maximum mean discrepancy with the linear kernel; steeper kernels let the
    styles with the strongest features outweigh all others.

    Args:
        real: (remembered, size), vectors of style pictures.
        fake: (remembered, size), vectors of the pictures drawn after them, row by row.
        affinity: (batch, remembered), 0..1, how alike the styles of a row of this batch and of any
            row are; at least two are positive in each row.

    Returns:
        Scalar, about 0..4; its expectation is 0 where the means agree, so that it can be
        negative.

    References:
        Gretton et al., 2012, equation 3, https://jmlr.org/papers/v13/gretton12a.html
        Salimans et al. (feature matching), 2016, https://arxiv.org/abs/1606.03498
    """
    batch, remembered = ops.shape(affinity)
    variance = ops.stop_gradient(_variance_of_distribution(ops.concatenate([real, fake]), affinity))
    weights = affinity * (1.0 - ops.eye(batch, remembered, dtype=affinity.dtype))
    weights = weights / (ops.sum(weights, axis=1, keepdims=True) + _EPSILON)
    others = ops.matmul(weights, fake - real)
    return ops.mean((fake[:batch] - real[:batch]) * others / variance)


def _variance_of_distribution(both, affinity):
    """Variance of real and fake vectors of each row's style: (batch, size)."""
    weights = ops.concatenate([affinity, affinity], axis=1)
    weights = weights / ops.sum(weights, axis=1, keepdims=True)
    mean = ops.matmul(weights, both)
    return ops.relu(ops.matmul(weights, both**2) - mean**2) + _EPSILON


def energy_distance(real, fake):
    """Loss of two sets of points spread differently: 2 E|r - f| - E|r - r'| - E|f - f'|.

    Zero where both come from one distribution, in expectation, and only there: unlike that of
    means alone, it does not vanish where the fake points have collapsed to the mean of the real
    ones.

    Args:
        real: (..., count, size).
        fake: (..., other count, size).

    Returns:
        Scalar, mean over the leading axes. Pairs of a point and itself are left out, so that it can
        be slightly negative.

    References:
        Székely and Rizzo, 2013, https://doi.org/10.1016/j.jspi.2013.03.018
        Gretton et al., 2012, equation 3 (without pairs of equal ones),
        https://jmlr.org/papers/v13/gretton12a.html
    """
    across = ops.mean(_energy_distances(real, fake), axis=(-2, -1))
    return ops.mean(2.0 * across - _energy_of_pairs(real) - _energy_of_pairs(fake))


def mode_seeking_loss(first_noise, first_code, second_noise, second_code):
    """How little codes differ, relative to the noise that they were drawn with.

    Args:
        first_noise, second_noise: (..., noise_size), different from each other.
        first_code, second_code: (..., code_size).

    Returns:
        Scalar, 0 or more: mean of |difference of noise| / |difference of codes|.

    References:
        Mao et al., 2019, equation 3, https://arxiv.org/abs/1903.05628
    """
    noise = ops.mean(ops.abs(first_noise - second_noise), axis=-1)
    code = ops.mean(ops.abs(first_code - second_code), axis=-1)
    return ops.mean(noise / (code + _EPSILON))


def _energy_of_pairs(points):
    others = 1.0 - ops.eye(ops.shape(points)[-2], dtype=points.dtype)
    return ops.sum(_energy_distances(points, points) * others, axis=(-2, -1)) / ops.sum(others)


def _energy_distances(first, second):
    """Euclidean distance of each point to each of the others: (..., count, other count)."""
    squares = ops.sum(ops.square(first), axis=-1)[..., :, None]
    squares = squares + ops.sum(ops.square(second), axis=-1)[..., None, :]
    products = ops.matmul(first, ops.swapaxes(second, -2, -1))
    # Not under the root alone: its gradient is infinite where points are equal.
    return ops.sqrt(ops.relu(squares - 2.0 * products) + _DISTANCE_EPSILON)
