"""Distances between sets of pictures, each picture a vector of pooled features.

Both say whether results are spread as the style's pictures are, which no distance of single
pictures can.
"""

import numpy as np

from portrait_style.quality.bootstrap import RESAMPLES, Estimate, bootstrap


def scaled_to_unit_variance(*sets) -> list[np.ndarray]:
    """Divide the features of distributions by their standard deviation over all sets together.

    All sets that are compared must be given: a feature that is silent in the others would outweigh
    all the rest in a set where it is not.

    Args:
        sets: arrays (pictures, size).

    Returns:
        List of arrays of the same shapes.
    """
    # A feature that never changes tells nothing; it must not become infinitely loud.
    deviation = np.concatenate(sets).std(axis=0) + 1e-6
    return [vectors / deviation for vectors in sets]


def kernel_distance(real, fake) -> float:
    """Squared maximum mean discrepancy with the kernel (x·y / size + 1)³, unbiased.

    Args:
        real, fake: (pictures, size), two or more pictures each.

    Returns:
        float; its expectation is 0 for sets of one kind, so that it can be negative.

    Raises:
        ValueError: if a set is too small or not finite.

    References:
        Binkowski et al. (KID), 2018, https://arxiv.org/abs/1801.01401
        Gretton et al., 2012, equation 3, https://jmlr.org/papers/v13/gretton12a.html
    """
    real, fake = _checked_distributions(real, fake)
    kernels = _distribution_kernels(real, fake)
    return _discrepancy_of_distributions(kernels, np.ones(len(real)), np.ones(len(fake)))


def kernel_distance_estimate(real, fake, seed=0, resamples=RESAMPLES) -> Estimate:
    """`kernel_distance` of distributions with its confidence interval.

    A picture that is drawn twice is never paired with itself, which would bias the distance.

    Args:
        real, fake: as for `kernel_distance`.
        seed: int. Defaults to 0.
        resamples: int. Defaults to 200.
    """
    real, fake = _checked_distributions(real, fake)
    kernels = _distribution_kernels(real, fake)

    def statistic(i, j):
        counts = np.bincount(i, minlength=len(real)), np.bincount(j, minlength=len(fake))
        return _discrepancy_of_distributions(kernels, *counts)

    return bootstrap(statistic, (len(real), len(fake)), seed, resamples)


def frechet_distance(real, fake) -> float:
    """Squared Frechet distance between normal distributions fitted to both sets.

    The root of the product of covariances is not computed: its trace is the sum of the singular
    values of the centred sets' product, which is as small as the sets are.

    Args:
        real, fake: (pictures, size), two or more pictures each.

    Returns:
        float, 0 or more. With fewer pictures than features it is far too large, even between sets
        of one kind, and comparable only between sets of equal size.

    Raises:
        ValueError: if a set is too small or not finite.

    References:
        Heusel et al. (FID), 2017, equation 6, https://arxiv.org/abs/1706.08500
    """
    real, fake = _checked_distributions(real, fake)
    shift = np.square(real.mean(0) - fake.mean(0)).sum()
    variance = real.var(0, ddof=1).sum() + fake.var(0, ddof=1).sum()
    first = (real - real.mean(0)) / np.sqrt(len(real) - 1)
    second = (fake - fake.mean(0)) / np.sqrt(len(fake) - 1)
    product = first @ second.T
    # The roots of these eigenvalues are the singular values, for a tenth of their time.
    product = product if len(first) < len(second) else product.T
    shared = np.sqrt(np.clip(np.linalg.eigvalsh(product @ product.T), 0.0, None)).sum()
    return float(max(shift + variance - 2.0 * shared, 0.0))


def frechet_distance_estimate(real, fake, seed=0, resamples=RESAMPLES) -> Estimate:
    """`frechet_distance` with its confidence interval, which knows nothing of its bias.

    Args:
        real, fake: as for `frechet_distance`.
        seed: int. Defaults to 0.
        resamples: int. Defaults to 200.
    """
    real, fake = _checked_distributions(real, fake)
    return bootstrap(
        lambda i, j: frechet_distance(real[i], fake[j]), (len(real), len(fake)), seed, resamples
    )


def _distribution_kernels(real, fake):
    """Kernel matrices within `real`, within `fake` and between them; no picture with itself."""
    within = [_distribution_kernel(real, real), _distribution_kernel(fake, fake)]
    for kernel in within:
        np.fill_diagonal(kernel, 0.0)
    return *within, _distribution_kernel(real, fake)


def _distribution_kernel(first, second):
    return (first @ second.T / first.shape[1] + 1.0) ** 3


def _discrepancy_of_distributions(kernels, real_counts, fake_counts) -> float:
    """Discrepancy of sets that hold each picture so many times."""
    within_real, within_fake, between = kernels
    means = [
        counts @ kernel @ counts / max(counts.sum() ** 2 - np.square(counts).sum(), 1)
        for kernel, counts in ((within_real, real_counts), (within_fake, fake_counts))
    ]
    cross = real_counts @ between @ fake_counts / (real_counts.sum() * fake_counts.sum())
    return float(sum(means) - 2.0 * cross)


def _checked_distributions(real, fake):
    sets = np.asarray(real, np.float64), np.asarray(fake, np.float64)
    for name, vectors in zip(("real", "fake"), sets, strict=True):
        if vectors.ndim != 2 or len(vectors) < 2 or not np.isfinite(vectors).all():
            raise ValueError(
                f"`{name}` must be finite vectors of two or more pictures. "
                f"Received: {name} of shape {vectors.shape}."
            )
    return sets
