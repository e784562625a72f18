import keras
import numpy as np
import pytest
from baselines import adain
from baselines.training import adam

from portrait_style.export.program import IMAGE_SHAPE, Program
from portrait_style.export.tflite import TFLiteArtefact, convert_tflite

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(extractor):
    return adain.AdaIN(extractor)


def test_normalized_features_have_the_moments_of_the_style():
    rng = np.random.default_rng(0)
    features = rng.gamma(2.0, 1.5, (2, 9, 7, 5)).astype("float32")
    mean, deviation = rng.normal(size=(2, 5)), rng.uniform(0.5, 3.0, (2, 5))
    moments = np.concatenate([mean, deviation], axis=-1).astype("float32")
    normalized = np.asarray(adain.adaptive_instance_normalization(features, moments))
    np.testing.assert_allclose(normalized.mean(axis=(1, 2)), mean, atol=1e-5)
    np.testing.assert_allclose(normalized.std(axis=(1, 2)), deviation, rtol=1e-4)
    # The picture itself: only brightness and contrast of each channel may change.
    a, b = features[0, ..., 0].ravel(), normalized[0, ..., 0].ravel()
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(1.0)


def test_its_own_style_leaves_features_as_they_are(model, batch, extractor):
    features = extractor(batch["photo"])[-1]
    own = model.style_moments(batch["photo"])
    drawn = adain.adaptive_instance_normalization(features, own)
    np.testing.assert_allclose(drawn, features, rtol=1e-4, atol=1e-5)


def test_draws_pictures_of_the_photos_size(model, batch):
    assert model(batch).shape == (2, 32, 32, 3)


def test_training_lowers_the_losses_and_leaves_the_encoder(extractor, fit):
    # The same start whatever other tests have drawn.
    keras.utils.set_random_seed(0)
    model = adain.AdaIN(extractor)
    before = [np.array(weight) for weight in extractor.weights]
    decoder = [np.array(weight) for weight in model.network.weights]
    seen = fit(model, 8, adam(3e-4))
    totals = [float(step["content"] + 5.0 * step["style"]) for step in seen]
    assert totals[-1] < totals[0]
    for old, new in zip(before, extractor.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    assert all(
        (old != np.array(new)).any()
        for old, new in zip(decoder, model.network.weights, strict=True)
    )


def test_runs_as_a_tflite_file(extractor, batch):
    model = adain.AdaIN(extractor)
    model.build()
    inputs = {"photo": IMAGE_SHAPE, "style_moments": (None, adain.CODE_SIZE)}
    program = Program("adain", inputs, "image", model.stylize, model, adain.MULTIPLE)
    artefact = TFLiteArtefact(convert_tflite(program, 32, "float32"), strict=False)
    moments = np.asarray(model.style_moments(batch["style"]))
    drawn = artefact.run(photo=batch["photo"], style_moments=moments)
    np.testing.assert_allclose(drawn, model(batch), atol=1e-3)
