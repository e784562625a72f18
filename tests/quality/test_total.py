import numpy as np
import pytest
from scipy.stats import hmean

from portrait_style.quality.total import score, total


def test_total_against_scipy():
    rng = np.random.default_rng(0)
    style, content = rng.uniform(0.01, 1.0, (2, 50))
    np.testing.assert_allclose(total(style, content), hmean([style, content], axis=0))


@pytest.mark.parametrize(("style", "content"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_one_cannot_be_bought_with_the_other(style, content):
    assert float(total(style, content)) == 0.0


def test_bounds_and_symmetry():
    grid = np.linspace(0.0, 1.0, 11)
    style, content = np.meshgrid(grid, grid)
    totals = total(style, content)
    np.testing.assert_allclose(totals, totals.T)
    assert (totals >= 0.0).all() and (totals <= 1.0).all()
    assert (totals <= 2.0 * np.minimum(style, content) + 1e-12).all()
    assert (np.diff(totals, axis=0) >= 0.0).all()
    assert float(total(1.0, 1.0)) == 1.0


def test_score_by_hand():
    np.testing.assert_allclose(score([0.0, 0.5, 2.0, 9.0], 2.0), [1.0, 0.75, 0.0, 0.0])
    assert float(score(-0.1, 1.0)) == 1.0
    with pytest.raises(ValueError, match="`worst` must be positive"):
        score(0.5, 0.0)
