"""A style learned beside others: what changes, and what must not."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.losses.weights import LossWeights
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.strided_generator import StridedGenerator
from portrait_style.styles.codes import code_apart
from portrait_style.training.adaptation.model import PAIR_WEIGHTS, WEIGHTS, StyleAdaptation

pytestmark = pytest.mark.slow

KNOWN = np.random.default_rng(0).normal(size=(3, 64)).astype("float32")
PHOTO = np.random.default_rng(1).uniform(-0.9, 0.9, (2, 48, 48, 3)).astype("float32")
STYLE = np.tile(np.float32([0.8, -0.2, -0.8]), (2, 48, 48, 1)) + 0.1 * PHOTO


@pytest.fixture(scope="module")
def extractor():
    return FeatureExtractor(num_blocks=4)


def begin(extractor, layout, size):
    keras.utils.set_random_seed(0)
    generator = layout(size)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    # As if trained: every weight counts.
    rng = np.random.default_rng(2)
    for weight in generator.trainable_weights:
        weight.assign_add(rng.normal(0.0, 0.02, weight.shape))
    seen = np.roll(KNOWN[0], 3)
    return StyleAdaptation(generator, extractor, *code_apart(seen, KNOWN), seen_code=seen)


@pytest.fixture
def adaptation(tiny, extractor):
    return begin(extractor, Generator, tiny)


def drawn(generator, code):
    codes = np.repeat(code[None], len(PHOTO), axis=0)
    return np.asarray(generator({"photo": PHOTO, "style_code": codes}))


def fit(adaptation, weights=WEIGHTS, steps=6, **pictures):
    adaptation.compile(keras.optimizers.Adam(0.02), weights)
    batch = {"photo": PHOTO, **(pictures or {"style": STYLE})}
    batches = tf.data.Dataset.from_tensors(batch).repeat(steps)
    return adaptation.fit(batches, shuffle=False, verbose=0).history


def test_known_styles_stay_and_the_new_one_changes(adaptation):
    generator = adaptation.generator
    known = [drawn(generator, code) for code in KNOWN]
    new = drawn(generator, adaptation.style_code)
    fit(adaptation)
    learned = np.asarray(adaptation(PHOTO))
    adaptation.settle()
    for code, before in zip(KNOWN, known, strict=True):
        np.testing.assert_allclose(drawn(generator, code), before, atol=2e-5)
    np.testing.assert_allclose(drawn(generator, adaptation.style_code), learned, atol=2e-5)
    assert np.abs(learned - new).mean() > 0.02


def test_it_is_the_same_with_the_strided_generator(tiny, extractor, untraced):
    adaptation = begin(extractor, StridedGenerator, tiny)
    generator = adaptation.generator
    known, new = (drawn(generator, code) for code in (KNOWN[0], adaptation.style_code))
    fit(adaptation, PAIR_WEIGHTS, 3, target=-PHOTO)
    learned = np.asarray(adaptation(PHOTO))
    adaptation.settle()
    np.testing.assert_allclose(drawn(generator, KNOWN[0]), known, atol=2e-5)
    np.testing.assert_allclose(drawn(generator, adaptation.style_code), learned, atol=2e-5)
    assert np.abs(learned - new).mean() > 0.01


def test_targets_teach_by_the_losses_of_pairs(adaptation, untraced):
    before = np.asarray(adaptation(PHOTO))
    logs = fit(adaptation, PAIR_WEIGHTS, 8, target=STYLE)
    assert set(logs) == {"coarse_colour", "pixel", "paired_features", "texture", "total"}
    after = np.asarray(adaptation(PHOTO))
    assert np.abs(after - STYLE).mean() < 0.95 * np.abs(before - STYLE).mean()


def test_what_is_left_is_the_generator_as_it_was(tiny, extractor, untraced):
    generator = Generator(tiny)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    before = [np.array(weight) for weight in generator.weights]
    code, own = code_apart(KNOWN[1], KNOWN)
    adaptation = StyleAdaptation(generator, extractor, code, own, seen_code=KNOWN[1])
    fit(adaptation, steps=1)
    adaptation.leave()
    for old, new in zip(before, generator.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    assert generator.trainable_weights


def test_it_begins_with_the_picture_of_the_code_that_was_seen(tiny, extractor, adaptation):
    generator = Generator(tiny)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    seen, known = np.roll(KNOWN[1], 7), KNOWN
    before = drawn(generator, seen)
    code, own = code_apart(seen, [*known, seen])
    begun = StyleAdaptation(generator, extractor, code, own, seen_code=seen)
    np.testing.assert_allclose(np.asarray(begun(PHOTO)), before, atol=1e-5)
    begun.settle()
    np.testing.assert_allclose(drawn(generator, code), before, atol=1e-5)


def test_only_kernels_of_the_code_and_nothing_else_end_changed(adaptation):
    generator = adaptation.generator
    before = {weight.path: np.asarray(weight) for weight in generator.weights}
    fit(adaptation)
    adaptation.settle()
    changed = {w.path for w in generator.weights if not np.array_equal(w, before[w.path])}
    assert changed <= {layer.kernel.path for layer in generator.code_projections}
    assert changed
    assert generator.trainable_weights


def test_what_is_compiled_falls_and_is_logged(adaptation):
    only_colour = LossWeights(
        **{name: 12.0 if name == "colour" else 0.0 for name in vars(LossWeights())}
    )
    first = fit(adaptation, only_colour, steps=1)
    assert set(first) == {"colour", "total"}
    assert first["total"][-1] == pytest.approx(12.0 * first["colour"][-1], rel=1e-5)
    last = fit(adaptation, only_colour, steps=25)
    assert last["colour"][-1] < 0.5 * first["colour"][-1]
