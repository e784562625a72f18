import keras
import numpy as np
import pytest
from drawing_network import without_photo
from skimage.metrics import peak_signal_noise_ratio

from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import GeneratorSize, register_generator_size
from portrait_style.training.growth import grow

SHAPES = {"photo": (None, None, None, 3), "style_code": (None, 64)}
LARGER = {
    "wider": GeneratorSize(12, 40, 56, half_blocks=1, quarter_blocks=1, eighth_blocks=1),
    "deeper": GeneratorSize(8, 16, 24, half_blocks=2, quarter_blocks=2, eighth_blocks=2),
}


def build(size, seed):
    keras.utils.set_random_seed(seed)
    generator = Generator(size)
    generator.build(SHAPES)
    without_photo(generator)
    rng = np.random.default_rng(seed)
    for weight in generator.weights:
        weight.assign_add(np.abs(rng.normal(0, 0.025, weight.shape)))
    return generator


@pytest.fixture
def trained(tiny):
    return build(tiny, seed=1)


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    photo = rng.uniform(-1, 1, (2, 32, 48, 3)).astype("float32")
    return {"photo": photo, "style_code": rng.normal(size=(2, 64)).astype("float32")}


def grown(trained, shape):
    register_generator_size(shape, LARGER[shape])
    larger = Generator(shape)
    larger.build(SHAPES)
    grow(trained, larger)
    return larger


def test_wider_generator_draws_the_same_picture(trained, inputs):
    larger = grown(trained, "wider")
    np.testing.assert_allclose(larger(inputs), trained(inputs), atol=2e-5)
    assert larger.count_params() > 2 * trained.count_params()


def test_deeper_generator_draws_almost_the_same_picture(trained, inputs):
    before, after = (np.asarray(x(inputs)) for x in (trained, grown(trained, "deeper")))
    assert 20.0 < peak_signal_noise_ratio(before, after, data_range=2.0) < 100.0


def test_new_channels_and_blocks_learn(trained, inputs):
    import tensorflow as tf

    for shape in LARGER:
        larger = grown(trained, shape)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(larger(inputs, training=True) ** 2)
        gradients = tape.gradient(loss, larger.trainable_variables)
        # What listens to a new channel moves at once; the channel itself follows.
        for variable, gradient in zip(larger.trainable_variables, gradients, strict=True):
            new = "_1/" in variable.path or "up_quarter/pointwise" in variable.path
            if new and "/to_" not in variable.path:
                assert np.abs(gradient).max() > 0.0, variable.path
        if shape == "wider":
            paths = (v.path for v in larger.trainable_variables)
            by_path = dict(zip(paths, gradients, strict=True))
            for layer, first in ("up_quarter", 24), ("to_pixels", 8):
                gradient = by_path[f"{larger.name}/{layer}/pointwise/kernel"]
                assert np.abs(gradient[..., first:, :16]).max() > 0.0, layer


def test_larger_generator_does_not_fit_into_a_smaller(trained, tiny):
    larger = grown(trained, "deeper")
    with pytest.raises(ValueError, match="must have room for `source`"):
        grow(larger, trained)
