import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import energy_distance as energy_distance_1d

from portrait_style.losses.distribution import (
    energy_distance,
    feature_mean_loss,
    mode_seeking_loss,
)

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


# Energy distance


def as_points(values):
    return np.asarray(values, "float32")[:, None]


def test_energy_distance_by_hand():
    # 2 * (3 + 5 + 1 + 3) / 4 - 2 - 2
    assert float(energy_distance(as_points([0, 2]), as_points([3, 5]))) == pytest.approx(2.0)
    assert float(energy_distance(as_points([0, 0]), as_points([4, 4]))) == pytest.approx(
        8.0, abs=1e-2
    )


def test_energy_distance_is_that_of_scipy():
    rng = np.random.default_rng(6)
    first, second = rng.normal(0.0, 1.0, 200), rng.normal(0.7, 2.0, 300)
    pairs = [np.abs(x[:, None] - x).sum() for x in (first, second)]
    # With pairs of a point and itself, as scipy has them.
    extra = sum(total / n**2 / (n - 1) for total, n in zip(pairs, (200, 300), strict=True))
    expected = energy_distance_1d(first, second) ** 2 - extra
    found = float(energy_distance(as_points(first), as_points(second)))
    assert found == pytest.approx(expected, rel=1e-3)


def test_energy_distance_sees_collapse_where_means_do_not():
    rng = np.random.default_rng(7)
    real, other = rng.normal(size=(2, 100, 8)).astype("float32")
    collapsed = np.repeat(real.mean(axis=0, keepdims=True), 100, axis=0)
    assert abs(float(energy_distance(real, other))) < 0.05
    assert float(energy_distance(real, collapsed)) > 1.0


def test_energy_distance_of_several_sets_is_their_mean():
    rng = np.random.default_rng(8)
    real, fake = (rng.normal(size=(3, n, 4)).astype("float32") for n in (10, 7))
    expected = np.mean([float(energy_distance(r, f)) for r, f in zip(real, fake, strict=True)])
    assert float(energy_distance(real, fake)) == pytest.approx(expected, rel=1e-4)


def test_energy_distance_of_equal_points_has_a_finite_gradient():
    points = tf.ones((3, 4))
    with tf.GradientTape() as tape:
        tape.watch(points)
        loss = energy_distance(tf.ones((2, 4)), points)
    assert np.isfinite(tape.gradient(loss, points)).all()


# Mode seeking


def test_mode_seeking_loss_by_hand():
    noise = np.float32([[0, 0], [0, 4]]), np.float32([[1, 3], [0, 0]])
    code = np.float32([[0, 0], [1, 1]]), np.float32([[1, 0], [1, 5]])
    # (2 / 0.5 + 2 / 2) / 2
    loss = mode_seeking_loss(noise[0], code[0], noise[1], code[1])
    assert float(loss) == pytest.approx(2.5, rel=1e-3)


def test_mode_seeking_loss_is_large_but_finite_where_codes_collapsed():
    noise, code = np.float32([[1.0, 2.0]]), np.float32([[1.0, 1.0]])
    loss = float(mode_seeking_loss(noise, code, -noise, code))
    assert 1e3 < loss < np.inf
