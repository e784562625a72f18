import keras
import numpy as np
import pytest

from portrait_style.models.style_encoder import StyleEncoder

rng = np.random.default_rng(0)


@pytest.fixture(scope="module")
def image():
    return rng.uniform(-1, 1, (2, 48, 32, 3)).astype("float32")


@pytest.fixture(scope="module")
def style_encoder():
    keras.utils.set_random_seed(5)
    encoder = StyleEncoder(weights=None)
    encoder.build((None, None, None, 3))
    encoder.adapt(_pictures_of_rising_contrast())
    return encoder


def _pictures_of_rising_contrast():
    pictures = rng.uniform(-1, 1, (11, 32, 32, 3)).astype("float32")
    return pictures * np.linspace(0.1, 1.0, 11, dtype="float32")[:, None, None, None]


def _described(encoder, pictures):
    moments = []
    for features in encoder.feature_extractor(pictures):
        x = np.asarray(features)
        moments.append(np.concatenate([x.mean((1, 2)), np.sqrt(x.var((1, 2)) + 1e-6)], axis=1))
    # Means of all blocks are interleaved with deviations block by block.
    return np.log1p(np.concatenate(moments, axis=1))


def test_codes_are_standardized(style_encoder, image):
    code = np.asarray(style_encoder(image))
    assert code.shape == (2, 64)
    np.testing.assert_allclose(code.mean(axis=1), 0.0, atol=1e-5)
    np.testing.assert_allclose(code.var(axis=1), 1.0, atol=2e-2)
    assert np.abs(code[0] - code[1]).max() > 0.0


def test_code_of_features_is_the_code_of_the_picture(style_encoder, image):
    features = style_encoder.feature_extractor(image)
    for maps in (features, [*features, "a fifth block is ignored"]):
        np.testing.assert_allclose(
            style_encoder.encode_features(maps), style_encoder(image), atol=1e-5
        )


def test_nothing_of_the_style_encoder_learns(style_encoder):
    assert style_encoder.trainable_variables == []


def test_components_are_the_principal_ones():
    pictures = _pictures_of_rising_contrast()
    encoder = StyleEncoder(code_size=4, weights=None)
    encoder.build((None, None, None, 3))
    encoder.adapt(pictures)
    compared = np.asarray(encoder._compared(_described(encoder, pictures)))
    components = np.asarray(encoder.components.kernel)
    from sklearn.decomposition import PCA

    expected = PCA(4).fit(compared)
    directions = components / np.linalg.norm(components, axis=0)
    np.testing.assert_allclose(np.abs(expected.components_ @ directions), np.eye(4), atol=2e-3)
    numbers = compared @ components
    assert np.mean(numbers**2) == pytest.approx(1.0, rel=1e-3)
    # Scaled alike: the first says most.
    np.testing.assert_allclose(
        numbers.var(axis=0) / numbers.var(axis=0).sum(),
        expected.explained_variance_ / expected.explained_variance_.sum(),
        rtol=1e-2,
    )


def test_codes_of_few_pictures_are_finite(image):
    encoder = StyleEncoder(weights=None)
    encoder.build((None, None, None, 3))
    for pictures in (image, image[:1]):
        encoder.adapt(pictures)
        assert np.isfinite(np.asarray(encoder(image))).all()


def test_adapt_standardizes_what_is_typical(tmp_path):
    pictures = _pictures_of_rising_contrast()
    encoder = StyleEncoder(weights=None)
    encoder.build((None, None, None, 3))
    described = _described(encoder, pictures)
    encoder.adapt(pictures)
    np.testing.assert_allclose(encoder.typical_mean, described.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(
        encoder.typical_deviation, described.std(axis=0) + 1e-2, atol=1e-3, rtol=1e-3
    )
    encoder.save(tmp_path / "encoder.keras")
    loaded = keras.saving.load_model(tmp_path / "encoder.keras")
    np.testing.assert_array_equal(loaded.typical_mean, encoder.typical_mean)


def test_saved_style_encoder_carries_its_pretrained_features(image, tmp_path):
    encoder = StyleEncoder(code_size=8)
    code = encoder(image)
    encoder.save(tmp_path / "encoder.keras")
    loaded = keras.saving.load_model(tmp_path / "encoder.keras")
    assert loaded.get_config()["weights"] is None
    np.testing.assert_array_equal(code, loaded(image))


def test_style_encoder_in_mixed_precision(image, mixed_float16):
    encoder = StyleEncoder(weights=None)
    encoder.build((None, None, None, 3))
    encoder.adapt(_pictures_of_rising_contrast())
    code = encoder(image)
    assert code.dtype == "float32"
    np.testing.assert_allclose(np.var(code, axis=1), 1.0, atol=2e-2)
