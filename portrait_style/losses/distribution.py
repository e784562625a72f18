"""Losses on sets of pictures and of codes: are they spread as those of the style are?"""

from keras import ops

# Added to variances, which are of the order of 0.01 to 1: a feature may be absent from a style.
_EPSILON = 1e-4
# Added to squared distances of codes, which are of the order of 1.
_DISTANCE_EPSILON = 1e-6


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
