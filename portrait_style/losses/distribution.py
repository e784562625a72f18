"""Losses on sets of pictures: are they spread as the pictures of the style are?"""

from keras import ops

# Added to variances, which are of the order of 0.01 to 1: a feature may be absent from a style.
_EPSILON = 1e-4


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
    variance = ops.stop_gradient(_variance_by_row(ops.concatenate([real, fake]), affinity))
    weights = affinity * (1.0 - ops.eye(batch, remembered, dtype=affinity.dtype))
    weights = weights / (ops.sum(weights, axis=1, keepdims=True) + _EPSILON)
    others = ops.matmul(weights, fake - real)
    return ops.mean((fake[:batch] - real[:batch]) * others / variance)


def _variance_by_row(both, affinity):
    """Variance of real and fake vectors of each row's style: (batch, size)."""
    weights = ops.concatenate([affinity, affinity], axis=1)
    weights = weights / ops.sum(weights, axis=1, keepdims=True)
    mean = ops.matmul(weights, both)
    return ops.relu(ops.matmul(weights, both**2) - mean**2) + _EPSILON
