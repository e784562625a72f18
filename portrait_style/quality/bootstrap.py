"""How sure a figure is: intervals by drawing the pictures again and again."""

from typing import NamedTuple

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits

RESAMPLES = 200
CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A figure and its confidence interval, by bootstrap.

    Attributes:
        value: float.
        low, high: float, the interval's ends.
    """

    value: float
    low: float
    high: float


def bootstrap(statistic, sizes, seed=0, resamples=RESAMPLES, confidence=CONFIDENCE) -> Estimate:
    """Estimate a statistic of one or more sets of pictures.

    The interval is as wide as the statistic's spread over resampled sets, and is laid around the
    statistic of the sets themselves: some statistics (the Frechet distance) are larger for
    resampled sets than for any true ones, since these hold pictures twice.

    Args:
        statistic: function of an index array a set, to a float.
        sizes: tuple of int, pictures in each set. Of a set of one there is no spread.
        seed: int. Defaults to 0; the same seed gives the same interval.
        resamples: int. Defaults to 200.
        confidence: float in (0, 1). Defaults to 0.95.

    Returns:
        `Estimate`.

    References:
        Efron, 1979, https://doi.org/10.1214/aos/1176344552
    """
    everything = tuple(np.arange(size) for size in sizes)
    value = float(statistic(*everything))
    if min(sizes) < 2:
        return Estimate(value, value, value)
    # Of matrices this small, threads wait for one another longer than they work.
    with threadpool_limits(1):
        drawn = stats.bootstrap(
            everything,
            lambda *drawn: float(statistic(*drawn)),
            vectorized=False,
            n_resamples=resamples,
            confidence_level=confidence,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).bootstrap_distribution
    ends = np.quantile(drawn, [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0])
    low, high = value + ends - np.median(drawn)
    return Estimate(value, float(min(low, value)), float(max(high, value)))


def mean_estimate(values, seed=0) -> Estimate:
    """Estimate the mean of a number a picture, with its bootstrap interval.

    Args:
        values: (pictures,).
        seed: int. Defaults to 0.
    """
    values = np.asarray(values, np.float64)
    return bootstrap(lambda index: values[index].mean(), (len(values),), seed)
