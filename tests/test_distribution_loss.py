import numpy as np
import pytest

from portrait_style.functional.kernel import polynomial_kernel
from portrait_style.losses.distribution import kernel_loss


def unbiased_mmd(x, y):
    """Gretton et al., 2012, equation 3, with the cubic kernel, pair by pair."""

    def mean(a, b, same):
        pairs = [(i, j) for i in range(len(a)) for j in range(len(b)) if not (same and i == j)]
        return np.mean([(a[i] @ b[j] / a.shape[1] + 1.0) ** 3 for i, j in pairs])

    return mean(x, x, True) + mean(y, y, True) - 2.0 * mean(x, y, True)


@pytest.fixture
def vectors():
    rng = np.random.default_rng(4)
    real = rng.normal(1.0, 1.0, (12, 6)).astype("float32")
    return real, rng.normal(0.4, 1.0, (12, 6)).astype("float32")


def test_polynomial_kernel_by_hand():
    kernel = polynomial_kernel(np.array([[1.0, 3.0]]), np.array([[1.0, 1.0], [0.0, -2.0]]))
    np.testing.assert_allclose(kernel, [[27.0, -8.0]])  # (4 / 2 + 1)^3 and (-6 / 2 + 1)^3


def test_one_style_is_the_unbiased_discrepancy(vectors):
    real, fake = vectors
    loss = float(kernel_loss(real, fake, np.ones((12, 12), "float32")))
    assert loss == pytest.approx(unbiased_mmd(real, fake), rel=1e-4)


def test_equal_sets_have_no_distance(vectors):
    real, _ = vectors
    assert float(kernel_loss(real, real, np.ones((4, 12), "float32"))) == pytest.approx(0, abs=1e-4)


def test_styles_are_compared_with_themselves(vectors):
    real, fake = vectors
    fake = np.concatenate([fake[:6], real[6:]])
    affinity = np.kron(np.eye(2), np.ones((6, 6))).astype("float32")
    # The second style is matched; the first one's distance remains, once in two rows.
    expected = unbiased_mmd(real[:6], fake[:6]) / 2.0
    assert float(kernel_loss(real, fake, affinity)) == pytest.approx(expected, rel=1e-4)


def test_two_halves_of_one_distribution_are_near_and_shifted_ones_are_not():
    rng = np.random.default_rng(5)
    drawn = rng.normal(1.0, 1.0, (2, 400, 16)).astype("float32")
    everything = np.ones((400, 400), "float32")
    near = float(kernel_loss(drawn[0], drawn[1], everything))
    far = float(kernel_loss(drawn[0], drawn[1] + 0.5, everything))
    assert abs(near) < 0.1 < 1.0 < far
