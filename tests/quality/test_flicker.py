import numpy as np
import pytest

from portrait_style.quality.flicker import flicker, moving_clip


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


def test_clip_moves_by_a_pixel_a_frame():
    photo = np.random.default_rng(0).integers(40, 200, (20, 30, 3), np.uint8)
    clip = moving_clip(photo, frames=4, noise=0.0)
    assert clip.shape == (4, 17, 27, 3) and clip.dtype == np.uint8
    for number, frame in enumerate(clip):
        np.testing.assert_array_equal(frame, photo[number : number + 17, number : number + 27])


def test_clip_has_noise_of_its_seed():
    photo = np.full((20, 30, 3), 128, np.uint8)
    clip = moving_clip(photo, noise=2.0, seed=1)
    assert clip.astype(float).std() == pytest.approx(2.0, rel=0.1)
    np.testing.assert_array_equal(clip, moving_clip(photo, noise=2.0, seed=1))
    assert (clip != moving_clip(photo, noise=2.0, seed=2)).any()
