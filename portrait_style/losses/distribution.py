"""Losses on sets of pictures: are they spread as the pictures of the style are?"""

from keras import ops

from portrait_style.functional.kernel import polynomial_kernel


def kernel_loss(real, fake, affinity):
    """Squared maximum mean discrepancy of two sets, with the cubic polynomial kernel.

    The first rows of each set are this batch, the others are remembered; gradients need only the
    first. A pair counts as much as its styles are alike, so that each style is compared with
    itself. A picture is never paired with the one it was drawn after: matching the set, not that
    one picture, is what is asked.

    Args:
        real: (remembered, size), vectors of style pictures.
        fake: (remembered, size), vectors of the pictures drawn after them, row by row.
        affinity: (batch, remembered), 0..1, how alike the styles of a row of this batch and of any
            row are; at least one is positive in each row.

    Returns:
        Scalar; its expectation is 0 where both sets follow one distribution, so that it can be
        negative.

    References:
        Gretton et al., 2012, equation 3, https://jmlr.org/papers/v13/gretton12a.html
        Li et al. (moment matching networks), 2015, https://arxiv.org/abs/1502.02761
    """
    batch, remembered = ops.shape(affinity)
    weights = affinity * (1.0 - ops.eye(batch, remembered, dtype=affinity.dtype))
    weights = weights / (ops.sum(weights, axis=1, keepdims=True) + 1e-8)
    fake_rows, real_rows = fake[:batch], real[:batch]
    alike = polynomial_kernel(fake_rows, fake) + polynomial_kernel(real_rows, real)
    across = polynomial_kernel(fake_rows, real) + polynomial_kernel(real_rows, fake)
    return ops.mean(ops.sum(weights * (alike - across), axis=1))
