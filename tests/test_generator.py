import subprocess
import sys

import keras
import numpy as np
import pytest

from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import (
    GENERATOR_SIZES,
    GeneratorSize,
    register_generator_size,
)

SHAPES = {"photo": (None, None, None, 3), "style_code": (None, 64)}
rng = np.random.default_rng(0)


def _inputs(height=48, width=32, batch=2):
    photo = rng.uniform(-1, 1, (batch, height, width, 3)).astype("float32")
    return {"photo": photo, "style_code": rng.normal(size=(batch, 64)).astype("float32")}


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


def test_a_frozen_generator_draws_the_same_in_training():
    rng = np.random.default_rng(5)
    generator = Generator("mobile")
    generator.build(SHAPES)
    for weight in generator.weights:
        if weight.name == "moving_mean":
            weight.assign(rng.normal(0.0, 0.3, weight.shape))
        if weight.name == "moving_variance":
            weight.assign(rng.uniform(0.5, 2.0, weight.shape))
    inputs = _inputs()
    used = np.asarray(generator(inputs))
    generator.trainable = False
    trained = np.asarray(generator(inputs, training=True))
    np.testing.assert_allclose(used, np.clip(trained, -1.0, 1.0), atol=1e-5)


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
