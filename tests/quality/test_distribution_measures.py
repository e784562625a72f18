import numpy as np
import pytest

from portrait_style.quality.distribution import (
    frechet_distance,
    frechet_distance_estimate,
    kernel_distance,
    kernel_distance_estimate,
    scaled_to_unit_variance,
)


@pytest.fixture
def sets():
    rng = np.random.default_rng(5)
    return rng.normal(size=(40, 6)), rng.normal(0.5, 1.5, size=(30, 6))


def test_kernel_distance_against_scikit_learn(sets):
    from sklearn.metrics.pairwise import polynomial_kernel

    def off_diagonal(x):
        kernel = polynomial_kernel(x, degree=3, gamma=1 / 6, coef0=1)
        return kernel[~np.eye(len(x), dtype=bool)].mean()

    real, fake = sets
    between = polynomial_kernel(real, fake, degree=3, gamma=1 / 6, coef0=1).mean()
    expected = off_diagonal(real) + off_diagonal(fake) - 2 * between
    assert kernel_distance(real, fake) == pytest.approx(expected, rel=1e-9)


def test_kernel_distance_by_hand():
    # Kernels of numbers: (xy + 1)³. Within: (0·1 + 1)³ = 1 and (2·2 + 1)³ = 125; between: 1, 27.
    real, fake = np.array([[0.0], [1.0]]), np.array([[2.0], [2.0]])
    assert kernel_distance(real, fake) == pytest.approx(1 + 125 - 2 * (1 + 1 + 27 + 27) / 4)


def test_kernel_distance_is_unbiased():
    """Between halves of one set it is 0 on average; the biased one would be far above."""
    rng = np.random.default_rng(0)
    distances = [kernel_distance(*rng.normal(size=(2, 8, 4))) for _ in range(2000)]
    error = np.std(distances) / np.sqrt(len(distances))
    assert abs(np.mean(distances)) < 4 * error
    assert min(distances) < 0.0


def test_frechet_distance_against_scipy(sets):
    from scipy.linalg import sqrtm

    real, fake = sets
    first, second = np.cov(real.T), np.cov(fake.T)
    shift = np.sum((real.mean(0) - fake.mean(0)) ** 2)
    expected = shift + np.trace(first + second - 2 * sqrtm(first @ second).real)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_with_fewer_pictures_than_features():
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(5, 12)), rng.normal(1.0, 1.0, size=(7, 12))
    first, second = np.cov(real.T), np.cov(fake.T)
    root = sqrtm(first)
    shared = np.trace(sqrtm(root @ second @ root).real)
    shift = np.sum((real.mean(0) - fake.mean(0)) ** 2)
    expected = shift + np.trace(first + second) - 2 * shared
    # The root of a singular matrix is exact to about half the digits.
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-4)


def test_frechet_distance_of_numbers_by_hand():
    # Means 1 and 4, variances 2 and 8: 3² + (√2 - √8)².
    real, fake = np.array([[0.0], [2.0]]), np.array([[2.0], [6.0]])
    assert frechet_distance(real, fake) == pytest.approx(9 + (np.sqrt(2) - np.sqrt(8)) ** 2)


@pytest.mark.parametrize("distance", [kernel_distance, frechet_distance])
def test_symmetry_and_order(sets, distance):
    real, fake = sets
    assert distance(real, fake) == pytest.approx(distance(fake, real), rel=1e-9)
    assert distance(real, fake) == pytest.approx(distance(real[::-1], fake), rel=1e-6)
    assert distance(real, fake + 3.0) > distance(real, fake) > 0.0


def test_frechet_distance_of_a_set_to_itself(sets):
    assert frechet_distance(sets[0], sets[0]) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("estimate", [kernel_distance_estimate, frechet_distance_estimate])
def test_intervals(sets, estimate):
    real, fake = sets
    first = estimate(real, fake, seed=3)
    assert first == estimate(real, fake, seed=3)
    assert first != estimate(real, fake, seed=4)
    assert first.low < first.value < first.high
    # Four times the pictures: about half the width.
    larger = estimate(np.tile(real, (4, 1)), np.tile(fake, (4, 1)), seed=3)
    assert larger.high - larger.low < 0.75 * (first.high - first.low)


def test_kernel_interval_covers_the_truth():
    """Of 95 % intervals around the distance of sets of one kind, most hold 0."""
    rng = np.random.default_rng(0)
    estimates = [
        kernel_distance_estimate(*rng.normal(size=(2, 25, 4)), resamples=60) for _ in range(60)
    ]
    assert sum(e.low <= 0.0 <= e.high for e in estimates) >= 50


@pytest.mark.parametrize("distance", [kernel_distance, frechet_distance])
@pytest.mark.parametrize("bad", [np.ones((1, 3)), np.ones(4), np.array([[1.0], [np.nan]])])
def test_unusable_sets(distance, bad):
    with pytest.raises(ValueError, match="`fake` must be finite vectors of two or more"):
        distance(np.ones((3, 3)), bad)


def test_scaled_to_unit_variance_by_hand():
    first, second = scaled_to_unit_variance(
        np.array([[0.0, 5.0], [2.0, 5.0]]), np.array([[4.0, 5.0]])
    )
    deviation = np.sqrt(8 / 3)
    np.testing.assert_allclose(first[:, 0], [0.0, 2 / deviation], rtol=1e-5)
    np.testing.assert_allclose(second[:, 0], [4 / deviation], rtol=1e-5)


def test_a_feature_that_only_one_set_has_does_not_drown_the_others(sets):
    """Between photos and style it is silent; a faint trace in the results must stay one of six."""
    style, photos = (x.copy() for x in sets)
    results = style[:20] + 0.3
    style[:, 0] = photos[:, 0] = 0.0
    results[:, 0] = 0.01
    style, photos, results = scaled_to_unit_variance(style, photos, results)
    assert kernel_distance(style, results) < 10 * kernel_distance(style, photos)
