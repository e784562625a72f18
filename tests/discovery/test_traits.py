import numpy as np
import pytest

from portrait_style.discovery.traits import NAMES, measure_traits, propose_names
from portrait_style.image import crop_square
from portrait_style.near_duplicates import near_duplicates, thumbnail


def even(*colour):
    return np.full((96, 96, 3), colour, np.uint8)


def noise(low, high, seed=0):
    """Clouds: smooth, never even."""
    coarse = np.random.default_rng(seed).integers(low, high, (12, 12), np.uint8)
    return crop_square(np.repeat(coarse[..., None], 3, axis=-1), 96)


def hatched(ground=255, ink=0):
    square = even(ground, ground, ground)
    square[:, ::4] = ink
    return square


def test_traits_of_even_squares_are_their_colour():
    traits = dict(zip(NAMES, measure_traits(even(200, 100, 50)), strict=True))
    # 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    light = 124.2
    assert traits["luminance"] == traits["ground"] == pytest.approx(light)
    assert (traits["red"], traits["blue"]) == pytest.approx((200 - light, 50 - light))
    found = traits["lines"], traits["flat"], traits["red_deviation"]
    # Sums of equal numbers round, in some versions of NumPy.
    assert found == pytest.approx((0.0, 1.0, 0.0), abs=1e-12)


def test_every_fourth_column_of_ink_is_half_edges():
    traits = dict(zip(NAMES, measure_traits(hatched()), strict=True))
    assert traits["lines"] == pytest.approx(0.5, abs=0.02)
    assert traits["flat"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("square", "name"),
    [
        (hatched(), "monochrome lines on light ground"),
        (even(20, 20, 20), "monochrome flat tones on dark ground"),
        (noise(90, 180), "monochrome soft tones"),
        ((noise(90, 180) * [1.0, 0.8, 0.55]).astype(np.uint8), "sepia soft tones"),
        (np.concatenate([even(255, 0, 0)[:48], even(0, 0, 255)[:48]]), "colourful flat colours"),
    ],
)
def test_names_say_what_is_seen(square, name):
    (proposed,) = propose_names([np.stack([measure_traits(square)])])
    assert name in proposed


def test_no_name_is_given_twice():
    squares = [hatched(ink=ink) for ink in (0, 60, 90)]
    clusters = [np.stack([measure_traits(square)]) for square in squares]
    assert len(set(propose_names(clusters))) == 3
    first, second = propose_names(clusters[:2])
    assert {first.split()[0], second.split()[0]} == {"lighter", "darker"}
    assert not set(",:#") & set(first + second)


def test_copies_are_found_whatever_their_size_and_others_are_not():
    picture = noise(0, 255, seed=1)
    copy = crop_square(picture, 61)
    changed = picture.copy()
    changed[40:52, 40:52] = 255 - changed[40:52, 40:52]
    thumbnails = np.stack(list(map(thumbnail, (noise(0, 255, 2), picture, changed, copy))))
    assert near_duplicates(thumbnails) == [[1, 3]]
