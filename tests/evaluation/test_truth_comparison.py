import numpy as np
import pytest

from portrait_style.evaluation.comparison import Comparison
from portrait_style.evaluation.truth_comparison import TruthComparison
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.style_set import SIDE, StyleSet

pytestmark = pytest.mark.slow

MEASURES = {"learned", "strength", "colour_error"}


def picture(seed, size=(60, 48)):
    """Coarse blots."""
    blots = np.random.default_rng(seed).integers(0, 256, (size[0] // 6, size[1] // 6, 3), np.uint8)
    return blots.repeat(6, axis=0).repeat(6, axis=1)


@pytest.fixture(scope="module")
def vgg():
    import keras

    keras.utils.set_random_seed(1)
    return FeatureExtractor("vgg16", weights=None, num_blocks=4)


@pytest.fixture(scope="module")
def compact():
    return FeatureExtractor()


def compared(extractor, *pictures):
    comparison = TruthComparison(extractor)
    for photo, fake, truth in pictures:
        comparison.update(photo, fake, truth)
    return comparison


def test_the_truth_is_learned_and_the_photo_is_not(vgg):
    photos, truths = [picture(i) for i in range(2)], [picture(9 + i) for i in range(2)]
    whole = compared(vgg, *zip(photos, truths, truths, strict=True)).estimates()
    none = compared(vgg, *zip(photos, photos, truths, strict=True)).estimates()
    assert set(whole) == set(none) == MEASURES
    assert whole["learned"] == (1.0, 1.0, 1.0)
    assert none["learned"] == (0.0, 0.0, 0.0)
    assert whole["strength"] == none["strength"] and whole["strength"].value > 0.0
    assert whole["colour_error"].value == 0.0 < none["colour_error"].value


def test_learned_is_a_ratio_of_means_with_an_interval(vgg):
    photos, truths = [picture(i) for i in range(3)], [picture(9 + i) for i in range(3)]
    mixes = [
        np.uint8(share * photo + (1.0 - share) * truth)
        for share, photo, truth in zip((0.2, 0.5, 0.8), photos, truths, strict=True)
    ]
    together = compared(vgg, *zip(photos, mixes, truths, strict=True))
    alone = [compared(vgg, x).estimates() for x in zip(photos, mixes, truths, strict=True)]
    strengths = np.array([found["strength"].value for found in alone])
    distances = strengths * [1.0 - found["learned"].value for found in alone]
    first, again, other = (together.estimates(seed)["learned"] for seed in (1, 1, 2))
    assert first.value == pytest.approx(1.0 - distances.mean() / strengths.mean())
    assert first.low < first.value < first.high
    assert first == again != other


def test_sizes_need_not_be_equal(vgg):
    flat = [np.full((*size, 3), 90, np.uint8) for size in ((40, 30), (64, 64), (20, 16))]
    found = compared(vgg, flat).estimates()
    assert found["colour_error"].value == 0.0


def test_other_networks_compare_colours_only_and_say_so(compact):
    photo, truth = (np.full((32, 32, 3), level, np.uint8) for level in (200, 100))
    comparison = compared(compact, (photo, truth + 12, truth))
    assert comparison.estimates()["colour_error"].value == pytest.approx(12.0, rel=1e-5)
    assert set(comparison.estimates()) == {"colour_error"}
    reason = "it takes VGG16: --perceptual vgg16 --perceptual-weights FILE"
    assert comparison.skipped == {"learned": reason, "strength": reason}


def test_a_truth_that_is_the_photo_has_nothing_to_learn(vgg):
    photo = picture(1)
    comparison = compared(vgg, (photo, picture(2), photo))
    assert comparison.estimates()["strength"].value == 0.0
    assert comparison.skipped == {"learned": "the truth is the photos themselves"}


def test_a_comparison_has_it_where_there_is_a_truth(compact):
    square, style_set = picture(3, (SIDE, SIDE)), StyleSet([picture(4, (SIDE, SIDE))], compact)
    comparison = Comparison(style_set, compact)
    comparison.update(square, 255 - square, square)
    assert not MEASURES & set(comparison.estimates())
    assert {comparison.skipped[name] for name in MEASURES} == {"no truth was given"}
    # One of two photos has a truth.
    comparison = Comparison(style_set, compact)
    for _ in range(2):
        comparison.update(square, 255 - square, square)
    comparison.truth.update(square, 255 - square, square)
    assert comparison.estimates()["colour_error"].value > 0.0
    assert "colour_error" not in comparison.skipped
