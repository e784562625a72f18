import numpy as np
import pytest

from portrait_style.quality.flicker import flicker


def test_by_hand():
    photo = np.zeros((3, 2, 2, 3))
    photo[1], photo[2] = 1.0, 3.0  # changes of 1 and 2
    fake = np.zeros_like(photo)
    fake[1] = 6.0  # changes of 6 and 6
    assert flicker(photo, fake) == pytest.approx(4.0)


def test_steadiness():
    frames = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 3), np.uint8)
    assert flicker(frames, frames) == pytest.approx(1.0)
    assert flicker(frames, 255 - frames) == pytest.approx(1.0)
    still = np.repeat(frames[:1], 4, axis=0)
    assert flicker(frames, still) == 0.0
    assert flicker(still, still) == 0.0
    assert flicker(still, frames) == np.inf


def test_shapes():
    with pytest.raises(ValueError, match="two or more frames"):
        flicker(np.zeros((1, 2, 2, 3)), np.zeros((1, 2, 2, 3)))
    with pytest.raises(ValueError, match="shape"):
        flicker(np.zeros((2, 2, 2, 3)), np.zeros((2, 4, 2, 3)))
