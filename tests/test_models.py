import subprocess
import sys

import keras
import numpy as np
import pytest

from portrait_style.models.discriminator import Discriminator, PatchHead
from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import (
    GENERATOR_SIZES,
    GeneratorSize,
    register_generator_size,
)
from portrait_style.models.style_encoder import StyleEncoder

SHAPES = {"photo": (None, None, None, 3), "style_code": (None, 64)}
rng = np.random.default_rng(0)


def _inputs(height=48, width=32, batch=2):
    photo = rng.uniform(-1, 1, (batch, height, width, 3)).astype("float32")
    return {"photo": photo, "style_code": rng.normal(size=(batch, 64)).astype("float32")}


@pytest.fixture(scope="module")
def image():
    return rng.uniform(-1, 1, (2, 48, 32, 3)).astype("float32")


@pytest.fixture
def mixed_float16():
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


# Generator


@pytest.mark.parametrize("size", GENERATOR_SIZES)
@pytest.mark.parametrize(("height", "width"), [(16, 16), (48, 32), (16, 112), (80, 64)])
def test_generator_keeps_the_photos_shape_and_range(generators, size, height, width):
    inputs = _inputs(height, width, batch=1)
    picture = np.asarray(generators[size]({**inputs, "style_code": 9 * inputs["style_code"]}))
    assert picture.shape == inputs["photo"].shape
    assert picture.min() >= -1.0
    assert picture.max() <= 1.0


@pytest.fixture(scope="module")
def generators():
    keras.utils.set_random_seed(4)
    built = {size: Generator(size) for size in GENERATOR_SIZES}
    for generator in built.values():
        generator.build(SHAPES)
    return built


def test_generator_does_not_clip_while_training(generators):
    inputs = _inputs()
    loud = Generator("mobile")
    loud.build(SHAPES)
    loud.set_weights([w * (20.0 if w.ndim == 4 else 1.0) for w in loud.get_weights()])
    assert np.abs(loud(inputs, training=True)).max() > 1.0
    assert np.abs(loud(inputs)).max() <= 1.0


def test_mobile_has_less_than_600_000_parameters(generators):
    assert generators["mobile"].count_params() < 600_000
    assert generators["large"].count_params() > generators["mobile"].count_params()


def test_a_size_of_ones_own_has_a_name_of_its_own(generators):
    thin = GeneratorSize(4, 8, 16, half_blocks=0, quarter_blocks=0, eighth_blocks=1)
    with pytest.raises(ValueError, match="`size` must be one of"):
        Generator("thin")
    for _ in range(2):
        register_generator_size("thin", thin)
    generator = Generator("thin")
    generator.build(SHAPES)
    assert generator.count_params() < generators["mobile"].count_params() / 10
    with pytest.raises(ValueError, match="`name` must not be that of another size.*'mobile'"):
        register_generator_size("mobile", thin)


def test_generator_listens_to_the_code(generators):
    inputs = _inputs(batch=1)
    other = {**inputs, "style_code": -inputs["style_code"]}
    first, second = (np.asarray(generators["mobile"](x)) for x in (inputs, other))
    assert np.abs(first - second).mean() > 1e-3


@pytest.mark.parametrize("size", GENERATOR_SIZES)
def test_saved_generator_draws_exactly_the_same(generators, size, tmp_path):
    generator = generators[size]
    generator(_inputs(), training=True)  # moving statistics travel too
    generator.save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    inputs = _inputs()
    np.testing.assert_array_equal(generator(inputs), loaded(inputs))
    assert loaded.get_config() == generator.get_config()


def test_styles_survive_saving(bank, tmp_path):
    generator = Generator("mobile", styles=bank.to_config())
    generator.build(SHAPES)
    generator.save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    assert loaded.styles == bank.to_config()
    assert list(loaded.styles["styles"]) == ["oil", "ink", "café noir"]


def test_generator_from_config(bank):
    config = Generator("large", code_size=16, styles=bank.to_config(), name="mine").get_config()
    restored = Generator.from_config(config)
    assert (restored.size, restored.code_size, restored.name) == ("large", 16, "mine")
    assert restored.get_config() == config


def test_one_style_for_all_photos_draws_the_same():
    rng = np.random.default_rng(4)
    generator = Generator("mobile")
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    for weight in (generator.photo_gate.bias, generator.smoothing.kernel, generator.smoothing.bias):
        weight.assign_add(rng.normal(0.0, 0.05, weight.shape))
    photo = rng.uniform(-1, 1, (2, 48, 32, 3)).astype("float32")
    code = rng.normal(size=(1, 64)).astype("float32")
    each = generator({"photo": photo, "style_code": np.repeat(code, 2, axis=0)})
    shared = generator({"photo": photo, "style_code": code}, one_style=True)
    np.testing.assert_allclose(shared, each, atol=1e-5)


def test_unknown_size_is_refused():
    with pytest.raises(ValueError, match="`size` must be one of .*Received: size='huge'"):
        Generator("huge")


def test_generator_in_mixed_precision(mixed_float16):
    generator = Generator("mobile")
    picture = generator(_inputs(), training=True)
    assert picture.dtype == "float16"
    assert np.isfinite(picture).all()
    assert {str(v.dtype) for v in generator.weights} == {"float32"}


def test_saved_generator_loads_in_a_process_that_only_imported_the_package(generators, tmp_path):
    path, drawn = tmp_path / "generator.keras", tmp_path / "drawn.npy"
    inputs = _inputs()
    generators["mobile"].save(path)
    np.savez(tmp_path / "inputs.npz", **inputs)
    program = (
        "import portrait_style\n"
        "import keras, numpy as np\n"
        f"generator = keras.models.load_model({str(path)!r})\n"
        f"inputs = dict(np.load({str(tmp_path / 'inputs.npz')!r}))\n"
        f"np.save({str(drawn)!r}, generator(inputs))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # Another process may split sums over another number of threads.
    np.testing.assert_allclose(np.load(drawn), generators["mobile"](inputs), atol=1e-5)


# Style encoder


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


# Discriminator


def _features(height=48, width=32, batch=2):
    return [
        rng.uniform(0, 1, (batch, height // 2**i, width // 2**i, c)).astype("float32")
        for i, c in enumerate((64, 128, 256, 512, 512))
    ]


@pytest.fixture(scope="module")
def judged():
    return {
        "image": rng.uniform(-1, 1, (2, 48, 32, 3)).astype("float32"),
        "features": _features(),
        "style_code": rng.normal(size=(2, 64)).astype("float32"),
    }


@pytest.fixture(scope="module")
def discriminator(judged):
    keras.utils.set_random_seed(6)
    model = Discriminator(width=8)
    model.build(keras.tree.map_structure(lambda x: (None, *x.shape[1:]), judged))
    return model


def test_logits_of_two_pixel_scales_and_three_blocks(discriminator, judged):
    shapes = [tuple(x.shape) for x in discriminator(judged)]
    assert shapes == [(2, 6, 4), (2, 3, 2), (2, 12, 8), (2, 6, 4), (2, 3, 2)]
    assert all(np.isfinite(x).all() for x in discriminator(judged))


def test_blocks_that_are_not_there_are_refused(judged):
    with pytest.raises(ValueError, match="`feature_blocks` must be among the 4 blocks"):
        Discriminator(width=8)({**judged, "features": judged["features"][:4]})


def test_every_scale_is_conditioned_on_the_code(discriminator, judged):
    other = {**judged, "style_code": -judged["style_code"]}
    for first, second in zip(discriminator(judged), discriminator(other), strict=True):
        assert np.abs(np.asarray(first) - np.asarray(second)).max() > 0.0


def test_the_code_acts_by_projection(discriminator, judged):
    # Linear in the code: the logit at 0 is half-way between those of opposite codes.
    codes = [judged["style_code"] * sign for sign in (1.0, 0.0, -1.0)]
    plus, zero, minus = (discriminator({**judged, "style_code": code}) for code in codes)
    for a, b, c in zip(plus, zero, minus, strict=True):
        np.testing.assert_allclose((np.asarray(a) + np.asarray(c)) / 2, b, atol=1e-4)


def test_spectral_norm_is_one_after_training_calls(judged):
    head = PatchHead((8, 8), (4, 3), code_size=64)
    for _ in range(30):
        head(judged["image"], judged["style_code"], training=True)
    for wrapper in (*head.convolutions, head.to_logit, head.embed):
        kernel = np.asarray(wrapper.layer.kernel)
        norm = np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), ord=2)
        assert norm == pytest.approx(1.0, abs=0.05)


def test_saved_discriminator_judges_exactly_the_same(discriminator, judged, tmp_path):
    discriminator.save(tmp_path / "discriminator.keras")
    loaded = keras.saving.load_model(tmp_path / "discriminator.keras")
    for ours, theirs in zip(discriminator(judged), loaded(judged), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_discriminator_stays_in_full_precision(judged, mixed_float16):
    logits = Discriminator(width=8)(judged, training=True)
    assert {x.dtype.name for x in logits} == {"float32"}
    assert all(np.isfinite(x).all() for x in logits)


def test_a_style_can_take_the_photos_luminance_for_its_colours():
    generator = Generator("mobile")
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    generator.to_pixels.pointwise.kernel.assign(
        np.zeros(generator.to_pixels.pointwise.kernel.shape)
    )
    generator.photo_gate.bias.assign([0.0, 0.0, 0.0, 1.0])
    photo = np.random.default_rng(0).uniform(-1, 1, (1, 16, 32, 3)).astype("float32")
    drawn = generator({"photo": photo, "style_code": np.zeros((1, 64), "float32")})
    grey = photo @ np.float32([0.299, 0.587, 0.114])
    np.testing.assert_allclose(drawn, np.repeat(grey[..., None], 3, axis=-1), atol=1e-5)
