import numpy as np
import pytest

from portrait_style.training.step.ema import warm_decay


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, 0.1), (8, 0.5), (90, 0.91), (100_000, 0.995)],
)
def test_decay_rises_to_its_value(step, expected):
    np.testing.assert_allclose(warm_decay(0.995, step), expected, rtol=1e-6)
