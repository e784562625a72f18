import numpy as np
import pytest

from portrait_style.quality.style_accuracy import StyleClassifier, style_accuracy


def codes_around(rng, centre, count):
    return rng.normal(centre, 0.3, (count, 5))


@pytest.fixture
def styles():
    """Codes of three kinds; of the first there are few."""
    rng = np.random.default_rng(0)
    centres = {"oil": 0.0, "ink": 2.0, "photo": -2.0}
    counts = {"oil": 6, "ink": 40, "photo": 40}
    codes = np.concatenate([codes_around(rng, centres[n], counts[n]) for n in centres])
    return codes, np.repeat(list(counts), list(counts.values()))


def test_told_apart(styles):
    classifier = StyleClassifier(*styles)
    assert classifier.cross_checked > 0.95
    rng = np.random.default_rng(1)
    half = np.concatenate([codes_around(rng, 0.0, 10), codes_around(rng, -2.0, 10)])
    assert style_accuracy(classifier, half, "oil") == pytest.approx(0.5)
    assert style_accuracy(classifier, half, "ink") == 0.0


def test_codes_that_say_nothing_are_not_told_apart(styles):
    codes, names = styles
    shuffled = np.random.default_rng(2).permutation(codes)
    assert StyleClassifier(shuffled, names).cross_checked < 0.7


def test_deterministic(styles):
    codes, names = styles
    shuffled = np.random.default_rng(2).permutation(codes)
    first, second = (StyleClassifier(shuffled, names, seed=4).cross_checked for _ in range(2))
    assert first == second


@pytest.mark.parametrize("names", [["oil"] * 4, ["oil"] * 3 + ["ink"]])
def test_too_few(names):
    with pytest.raises(ValueError, match="two or more styles of two or more pictures"):
        StyleClassifier(np.zeros((4, 2)), names)
