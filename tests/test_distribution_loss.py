import numpy as np
import pytest

from portrait_style.losses.distribution import feature_mean_loss

EVERYTHING = np.ones((12, 12), "float32")


def unbiased_mmd(x, y):
    """Gretton et al., 2012, equation 3, pair by pair, in units of the spread of both sets."""
    spread = np.concatenate([x, y]).std(axis=0)
    x, y = x / spread, y / spread

    def mean(a, b):
        return np.mean([a[i] @ b[j] for i in range(len(a)) for j in range(len(b)) if i != j])

    return (mean(x, x) + mean(y, y) - mean(x, y) - mean(y, x)) / x.shape[1]


@pytest.fixture
def vectors():
    rng = np.random.default_rng(4)
    real = rng.normal(1.0, 1.0, (12, 6)).astype("float32")
    return real, rng.normal(0.4, 1.0, (12, 6)).astype("float32")


def test_one_style_is_the_unbiased_discrepancy(vectors):
    real, fake = vectors
    loss = float(feature_mean_loss(real, fake, EVERYTHING))
    assert loss == pytest.approx(unbiased_mmd(real, fake), rel=1e-3)


def test_equal_sets_have_no_distance(vectors):
    real, _ = vectors
    assert float(feature_mean_loss(real, real, EVERYTHING[:4])) == pytest.approx(0.0, abs=1e-6)


def test_units_do_not_matter(vectors):
    real, fake = vectors
    units = np.float32([1, 3, 0.5, 20, 7, 1])
    plain = float(feature_mean_loss(real, fake, EVERYTHING))
    assert float(feature_mean_loss(real * units, fake * units, EVERYTHING)) == pytest.approx(
        plain, rel=1e-2
    )


def test_styles_are_compared_with_themselves(vectors):
    real, fake = vectors
    fake = np.concatenate([fake[:6], real[6:]])
    affinity = np.kron(np.eye(2), np.ones((6, 6))).astype("float32")
    # The second style is matched; the first one's distance remains, in half of the rows.
    expected = unbiased_mmd(real[:6], fake[:6]) / 2.0
    assert float(feature_mean_loss(real, fake, affinity)) == pytest.approx(expected, rel=1e-3)


def test_two_draws_of_one_distribution_are_near_and_shifted_ones_are_not():
    rng = np.random.default_rng(5)
    drawn = rng.normal(1.0, 1.0, (2, 400, 16)).astype("float32")
    everything = np.ones((400, 400), "float32")
    assert abs(float(feature_mean_loss(*drawn, everything))) < 0.01
    # Means 1 apart, spread 1 within and so sqrt(1.25) over both sets.
    shifted = float(feature_mean_loss(drawn[0], drawn[1] + 1.0, everything))
    assert shifted == pytest.approx(1.0 / 1.25, rel=0.1)
