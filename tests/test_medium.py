import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from portrait_style.medium import KINDS, STRIP, Medium, lay_on

DEPTH = 0.06
ALL = [*(Medium(kind, 12.0, DEPTH) for kind in KINDS), Medium("paper", 12.0, DEPTH, dry=True)]


def named(medium):
    return f"{medium.kind}{'-dry' * medium.dry}"


every = pytest.mark.parametrize("medium", ALL, ids=named)


def even(level, height=256, width=None):
    return np.full((height, width or height, 3), level, np.uint8)


def drawing(side=256):
    """Colours from black to white, even areas and edges."""
    y, x = np.mgrid[:side, :side] / side
    image = np.stack([x, y, 0.5 + 0.5 * np.sin(9.0 * x + 5.0 * y)], axis=-1)
    image[: side // 4] = [0.9, 0.7, 0.6]
    return np.round(255.0 * image).astype(np.uint8)


def spectrum(image):
    """Magnitudes of a grey picture's frequencies in cycles a side, the mean left out."""
    grey = image[..., 0] - image[..., 0].mean()
    window = np.hanning(len(grey))
    return np.abs(np.fft.rfft2(grey * window[:, None] * window))


def shifted(grey, down, right):
    """Correlation of a picture with itself, moved."""
    side = len(grey) - max(down, right)
    moved = grey[down : down + side, right : right + side]
    return np.corrcoef(grey[:side, :side].ravel(), moved.ravel())[0, 1]


@every
def test_without_texture_the_picture_stays_bit_for_bit(medium):
    np.testing.assert_array_equal(lay_on(drawing(), medium, 0.0), drawing())


@every
def test_it_is_fixed_and_leaves_the_global_random_numbers_alone(medium):
    image = drawing()
    image.setflags(write=False)
    np.random.seed(1)  # noqa: NPY002
    first = lay_on(image, medium)
    drawn = np.random.random()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert drawn == np.random.random()  # noqa: NPY002
    np.testing.assert_array_equal(lay_on(image, medium), first)


@every
def test_mean_colours_stay(medium):
    for image in (drawing(), even(20), even(128), even(250)):
        change = np.float64(lay_on(image, medium)) - image
        assert np.abs(change.mean(axis=(0, 1))).max() < 1.0
        assert change.any()


@every
def test_grey_stays_grey(medium):
    laid = lay_on(np.repeat(drawing()[..., :1], 3, axis=-1), medium)
    assert np.ptp(laid, axis=-1).max() == 0


@every
def test_depth_is_the_standard_deviation_on_even_grey(medium):
    larger = dataclasses.replace(medium, scale=40.0)
    for texture in (1.0, 0.5):
        spread = lay_on(even(128, 512), larger, texture).std()
        # The soft edges of dots take a part.
        assert spread == pytest.approx(255.0 * DEPTH * texture, rel=0.12)


@every
def test_it_looks_the_same_at_every_size(medium):
    small, large = (lay_on(even(128, side), medium) for side in (512, 1024))
    shrunk = np.asarray(Image.fromarray(large).resize((512, 512), Image.Resampling.BOX))
    small, shrunk = np.float64(small[..., 0]), np.float64(shrunk[..., 0])
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.95
    assert shrunk.std() == pytest.approx(small.std(), rel=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_small_is_drawn_larger_and_so_stays_visible(kind):
    spread = lay_on(even(128, 64), Medium(kind, 0.1, DEPTH)).std()
    assert spread > 0.5 * 255.0 * DEPTH


@every
@pytest.mark.parametrize("height, width", [(1, 1), (1, 40), (40, 1), (3, 3000), (17, 16)])
def test_any_size_can_be_laid_on(medium, height, width):
    laid = lay_on(even(90, height, width), medium)
    assert laid.shape == (height, width, 3) and laid.dtype == np.uint8


@every
def test_strips_fit_to_each_other(medium):
    side = 600
    seam = STRIP // side
    assert seam < side
    grey = np.float64(lay_on(even(128, side), medium)[..., 0])
    steps = np.abs(np.diff(grey, axis=0)).mean(axis=1)
    assert steps[seam - 1] < 1.5 * np.median(steps) + 1.5 * steps.std()
    # What lies below a seam is what lies there in a picture that has one less, or none.
    whole = np.float64(lay_on(even(128, side, side // 4), medium)[..., 0])
    np.testing.assert_allclose(grey[:, : side // 4], whole, atol=1.0)


# The kinds


def test_grain_is_that_of_places_that_are_covered_or_not():
    spreads = {level: lay_on(even(level), ALL[1]).std() for level in (0, 30, 64, 128, 200, 255)}
    assert spreads[0] == spreads[255] == 0.0
    for level in (30, 64, 200):
        share = level / 255.0
        # The standard deviation of a Bernoulli variable, that of 1/2 being 1/2.
        expected = spreads[128] * 2.0 * np.sqrt(share * (1.0 - share))
        assert spreads[level] == pytest.approx(expected, rel=0.05)


def test_clumps_of_grain_are_as_large_as_asked_for_and_have_no_direction():
    grey = np.float64(lay_on(even(128, 500), Medium("grain", 20.0, DEPTH))[..., 0])
    # 10 pixels: half of it is the same clump, the whole another one.
    for away in ((1, 0), (0, 1)):
        down, right = away
        assert shifted(grey, 4 * down, 4 * right) > 0.4
        assert abs(shifted(grey, 14 * down, 14 * right)) < 0.15


@pytest.mark.parametrize("medium", [ALL[0], ALL[4]], ids=named)
def test_paper_is_faint_where_it_is_blank_and_not_seen_in_black(medium):
    assert lay_on(even(0), medium).std() == 0.0
    middle = lay_on(even(128), medium).std()
    assert 0.0 < lay_on(even(255), medium).std() < 0.25 * middle
    for level in (40, 215):
        assert lay_on(even(level), medium).std() < middle


def test_pigment_lies_in_valleys_or_on_peaks():
    wet, dry = (np.float64(lay_on(even(128, 512), ALL[i])[..., 0]) - 128.0 for i in (0, 4))
    # Light is the same in both, pigment the opposite.
    pigment, light = (wet - dry) / 2.0, (wet + dry) / 2.0
    assert abs(np.corrcoef(pigment.ravel(), light.ravel())[0, 1]) < 0.05
    # Heights are light in wet paper. What rises to the right or downwards looks to the upper left.
    rises = [np.gradient(pigment, axis=axis) for axis in (1, 0)]
    assert all(np.corrcoef(rise.ravel(), light.ravel())[0, 1] > 0.4 for rise in rises)


def test_threads_lie_as_far_apart_as_asked_for():
    found = spectrum(lay_on(even(128, 400), Medium("weave", 20.0, DEPTH)))
    # 8 pixels: 50 threads across and 50 down.
    assert np.argmax(found[0]) == 50 and np.argmax(found[:200, 0]) == 50
    assert found.max() == max(found[0, 50], found[50, 0], found[-50, 0])


def test_threads_lie_over_and_under_each_other():
    grey = np.float64(lay_on(even(128, 400), Medium("weave", 40.0, DEPTH))[..., 0])
    # 16 pixels: one thread on, over is under; one on and one down, it is over again.
    assert shifted(grey, 16, 16) > shifted(grey, 0, 16) + 0.05
    assert shifted(grey, 16, 16) > shifted(grey, 16, 0) + 0.05


def test_dots_lie_as_far_apart_as_asked_for_at_45_degrees():
    side, distance = 400, 10.0
    medium = Medium("halftone", 1000.0 * distance / side, 0.25)
    found = spectrum(lay_on(even(128, side), medium))
    down, across = np.unravel_index(np.argmax(found), found.shape)
    down = min(down, side - down)
    assert np.hypot(down, across) == pytest.approx(side / distance, abs=1.0)
    assert abs(down - across) <= 1


@pytest.mark.parametrize("level", [64, 128, 191])
def test_size_of_dots_is_the_darkness(level):
    grey = lay_on(even(level, 500), Medium("halftone", 40.0, 0.25))[..., 0]
    assert (grey > level).mean() == pytest.approx(level / 255.0, abs=0.04)


def test_solid_ink_and_blank_paper_have_no_dots():
    for level in (0, 255):
        np.testing.assert_array_equal(lay_on(even(level), ALL[3]), even(level))
    assert lay_on(even(10), ALL[3]).std() < 0.2 * lay_on(even(128), ALL[3]).std()


# Mistakes and configurations


@every
def test_config_survives_json(medium):
    assert Medium.from_config(json.loads(json.dumps(medium.to_config()))) == medium


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "glass"},
        {"scale": 0.0},
        {"scale": 101.0},
        {"scale": float("nan")},
        {"depth": 0.0},
        {"depth": 0.3},
    ],
)
def test_unfit_media_are_refused(wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        Medium(**{"kind": "paper", "scale": 4.0, "depth": 0.05, **wrong})


def test_other_types_and_unknown_keys_are_refused():
    for wrong in ({"scale": "4"}, {"dry": 1}, {"colour": 2}):
        with pytest.raises(TypeError, match=next(iter(wrong))):
            Medium.from_config({"kind": "paper", "scale": 4.0, "depth": 0.05, **wrong})


@pytest.mark.parametrize("texture", [-0.1, 1.1, float("nan")])
def test_texture_out_of_range_is_refused(texture):
    with pytest.raises(ValueError, match=r"`texture` must be in \[0, 1\]"):
        lay_on(drawing(), ALL[0], texture)


@pytest.mark.parametrize("image", [np.zeros((4, 4, 3)), np.zeros((4, 4), np.uint8)])
def test_other_images_are_refused(image):
    with pytest.raises(ValueError, match="`image` must be uint8"):
        lay_on(image, ALL[0])
