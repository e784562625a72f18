"""Pictures and feature maps that losses compare."""

import numpy as np
import pytest


@pytest.fixture
def images():
    """Two different pairs of smooth pictures with some noise: float32 in [-1, 1]."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:32, :32] / 16.0 - 1.0
    smooth = np.stack([x, y, x * y], axis=-1)
    real = np.clip(smooth + rng.normal(0, 0.1, (2, 32, 32, 3)), -1, 1)
    fake = np.clip(0.7 * smooth[::-1] + rng.normal(0, 0.3, (2, 32, 32, 3)), -1, 1)
    return real.astype("float32"), fake.astype("float32")


@pytest.fixture
def maps():
    """Non-negative feature maps of four blocks, for two sets of two pictures."""
    rng = np.random.default_rng(2)
    shapes = [(2, 16 // 2**i, 16 // 2**i, 3 + i) for i in range(4)]
    return [[np.abs(rng.normal(size=s)).astype("float32") for s in shapes] for _ in "ab"]
