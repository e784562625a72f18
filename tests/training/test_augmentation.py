import numpy as np
import pytest

from portrait_style.training.augmentation import random_tone, random_view


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)


def test_views_are_squares_of_the_size_and_differ(pixels):
    rng = np.random.default_rng(1)
    views = [random_view(pixels, 32, rng) for _ in range(5)]
    assert {view.shape for view in views} == {(32, 32, 3)}
    assert {view.dtype for view in views} == {np.dtype("uint8")}
    assert len({view.tobytes() for view in views}) == 5


def test_views_are_mirrored_half_of_the_time():
    # A picture that darkens to the right: the first column tells whether it was mirrored.
    ramp = np.linspace(0, 255, 64).astype(np.uint8)[None, :, None]
    pixels = np.broadcast_to(ramp, (64, 64, 3))
    rng = np.random.default_rng(2)
    views = [random_view(pixels, 32, rng).astype(int) for _ in range(200)]
    mirrored = sum(view[0, 0, 0] > view[0, -1, 0] for view in views)
    assert 70 < mirrored < 130


def test_smallest_view_covers_min_scale(pixels):
    # Of a ramp, a view of at least 0.9 of the side spans at least 0.9 of the values.
    ramp = np.linspace(0, 255, 64).astype(np.uint8)[None, :, None]
    square = np.broadcast_to(ramp, (64, 64, 3))
    rng = np.random.default_rng(3)
    for _ in range(50):
        view = random_view(square, 32, rng, min_scale=0.9).astype(int)
        assert view.max() - view.min() >= 0.85 * 255


def test_tones_keep_the_range_and_stay_near(pixels):
    rng = np.random.default_rng(4)
    for _ in range(50):
        toned = random_tone(pixels, rng, strength=0.15)
        assert toned.dtype == np.uint8
        assert toned.shape == pixels.shape
        assert abs(toned.mean() - pixels.mean()) < 0.2 * 255


def test_one_picture_in_ten_turns_grey(pixels):
    rng = np.random.default_rng(5)
    toned = [random_tone(pixels, rng) for _ in range(300)]
    grey = sum(np.ptp(picture.astype(int), axis=-1).max() <= 1 for picture in toned)
    assert 12 <= grey <= 50


def test_the_same_randomness_gives_the_same_view(pixels):
    first, second = (
        random_tone(random_view(pixels, 32, rng), rng)
        for rng in (np.random.default_rng(6), np.random.default_rng(6))
    )
    np.testing.assert_array_equal(first, second)
