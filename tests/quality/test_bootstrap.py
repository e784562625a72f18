import numpy as np
import pytest
from scipy import stats

from portrait_style.quality.bootstrap import Estimate, bootstrap, mean_estimate


def test_interval_of_a_mean_against_students():
    values = np.random.default_rng(0).normal(3.0, 2.0, 200)
    error = stats.sem(values)
    low, high = stats.t.interval(0.95, 199, values.mean(), error)
    estimate = mean_estimate(values)
    assert estimate.value == pytest.approx(values.mean())
    # 200 resamples place the ends to about a fifth of the standard error.
    assert estimate.low == pytest.approx(low, abs=0.5 * error)
    assert estimate.high == pytest.approx(high, abs=0.5 * error)


def test_same_seed_same_interval():
    values = np.arange(20.0)
    assert mean_estimate(values, seed=1) == mean_estimate(values, seed=1)
    assert mean_estimate(values, seed=1) != mean_estimate(values, seed=2)


def test_one_picture_has_no_spread():
    assert mean_estimate([0.25]) == Estimate(0.25, 0.25, 0.25)


def test_interval_lies_around_a_biased_statistic():
    """Resampled sets hold fewer distinct numbers, so that their count is always smaller."""
    estimate = bootstrap(lambda index: len(set(index.tolist())), (30,))
    assert estimate.value == 30.0
    assert estimate.low <= 30.0 <= estimate.high


def test_sets_are_drawn_apart():
    def statistic(first, second):
        assert first.max() < 4 and second.max() < 9
        return float(first.mean() + second.mean())

    estimate = bootstrap(statistic, (4, 9))
    assert estimate.value == pytest.approx(1.5 + 4.0)
