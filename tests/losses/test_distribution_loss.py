import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import energy_distance as energy_distance_1d

from portrait_style.losses.distribution import energy_distance, mode_seeking_loss


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
