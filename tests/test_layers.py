import keras
import numpy as np
import pytest

from portrait_style.layers.conditional_normalization import ConditionalBatchNormalization
from portrait_style.layers.conditional_renormalization import ConditionalBatchRenormalization
from portrait_style.layers.downsampling import Downsampling
from portrait_style.layers.resize_convolution import ResizeConvolution
from portrait_style.layers.separable_block import SeparableBlock
from portrait_style.layers.style_modulation import StyleModulation
from portrait_style.layers.subpixel import SubpixelEqual, SubpixelUpsampling
from portrait_style.models.discriminator import PatchHead

rng = np.random.default_rng(0)
FEATURES = rng.normal(1.0, 2.0, (2, 8, 6, 4)).astype("float32")
CODE = rng.normal(size=(2, 5)).astype("float32")

LAYERS = {
    "conditional": (lambda: ConditionalBatchNormalization(0.9), (2, 8, 6, 4)),
    "modulation": (lambda: StyleModulation(0.5), (2, 8, 6, 4)),
    "renormalized": (lambda: ConditionalBatchRenormalization(0.5), (2, 8, 6, 4)),
    "separable": (lambda: SeparableBlock(4, kernel_size=5), (2, 8, 6, 4)),
    "downsampling": (lambda: Downsampling(3, use_bias=True), (2, 4, 3, 3)),
    "patch_head": (lambda: PatchHead((8, 6), (4, 3), code_size=5), (2, 4, 3)),
    "resize": (lambda: ResizeConvolution(3), (2, 16, 12, 3)),
    "subpixel": (lambda: SubpixelUpsampling(3, 2), (2, 16, 12, 3)),
}


def _call(layer, features=FEATURES, code=CODE, **kwargs):
    inputs = (features, code) if _takes_code(layer) else (features,)
    return layer(*inputs, **kwargs)


def _takes_code(layer):
    return not isinstance(layer, (SubpixelUpsampling, ResizeConvolution, Downsampling))


@pytest.fixture(params=LAYERS)
def case(request):
    make, shape = LAYERS[request.param]
    return make, shape


def test_shape(case):
    make, shape = case
    output = _call(make())
    assert tuple(output.shape) == shape
    assert np.isfinite(output).all()


def test_saved_layer_gives_the_same_output(case, tmp_path):
    make, _ = case
    features, code = keras.Input((None, None, 4)), keras.Input((5,))
    layer = make()
    output = _call(layer, features, code)
    has_code = _takes_code(layer)
    model = keras.Model([features, code] if has_code else [features], output)
    for variable in layer.weights:  # away from the initial values
        variable.assign_add(np.random.default_rng(1).uniform(0.0, 0.1, variable.shape))
    model.save(tmp_path / "layer.keras")
    loaded = keras.saving.load_model(tmp_path / "layer.keras")
    inputs = [FEATURES, CODE] if has_code else [FEATURES]
    np.testing.assert_array_equal(model(inputs), loaded(inputs))
    assert loaded.layers[-1].get_config() == layer.get_config()


def test_mixed_precision_keeps_float32_weights(case, mixed_float16):
    make, shape = case
    layer = make()
    output = _call(layer, training=True) if hasattr(layer, "normalization") else _call(layer)
    # Spectral normalization divides by norms that vanish in half precision.
    assert output.dtype == ("float32" if isinstance(layer, PatchHead) else "float16")
    assert tuple(output.shape) == shape
    assert np.isfinite(output).all()
    assert {str(v.dtype) for v in layer.weights} == {"float32"}


# Conditional batch normalization


@pytest.fixture
def conditional():
    layer = ConditionalBatchNormalization(momentum=0.9)
    _call(layer)
    for dense in (layer.to_scale, layer.to_shift):
        for variable in dense.weights:
            variable.assign(np.random.default_rng(2).normal(size=variable.shape))
    return layer


def _scale_and_shift(layer):
    for dense in (layer.to_scale, layer.to_shift):
        yield (CODE @ np.asarray(dense.kernel) + np.asarray(dense.bias))[:, None, None, :]


def test_training_normalizes_by_the_batch(conditional):
    scale, shift = _scale_and_shift(conditional)
    mean, variance = FEATURES.mean(axis=(0, 1, 2)), FEATURES.var(axis=(0, 1, 2))
    expected = (FEATURES - mean) / np.sqrt(variance + 1e-3) * scale + shift
    np.testing.assert_allclose(conditional(FEATURES, CODE, training=True), expected, atol=1e-4)


def test_inference_normalizes_by_moving_statistics(conditional):
    conditional(FEATURES, CODE, training=True)
    scale, shift = _scale_and_shift(conditional)
    mean = 0.1 * FEATURES.mean(axis=(0, 1, 2))
    variance = 0.9 + 0.1 * FEATURES.var(axis=(0, 1, 2))
    expected = (FEATURES - mean) / np.sqrt(variance + 1e-3) * scale + shift
    np.testing.assert_allclose(conditional(FEATURES, CODE), expected, atol=1e-4)


def test_inference_of_one_picture_does_not_depend_on_its_neighbours(conditional):
    together = conditional(FEATURES, CODE)
    alone = conditional(FEATURES[:1], CODE[:1])
    np.testing.assert_allclose(alone[0], together[0], atol=1e-5)


def test_each_code_has_its_own_scale_and_shift(conditional):
    same_picture = np.repeat(FEATURES[:1], 2, axis=0)
    first, second = np.asarray(conditional(same_picture, CODE))
    assert np.abs(first - second).max() > 0.1


# Separable block


def test_separable_block_with_a_silent_branch_is_a_skip():
    block = SeparableBlock(4)
    _call(block)
    block.normalization.to_scale.bias.assign([0.0] * 4)
    block.normalization.to_scale.kernel.assign(np.zeros((5, 4)))
    block.normalization.to_shift.kernel.assign(np.zeros((5, 4)))
    np.testing.assert_array_equal(block(FEATURES, CODE), FEATURES)


def test_separable_block_only_adds():
    output = np.asarray(_call(SeparableBlock(4)))
    assert (output >= FEATURES).all()
    assert (output > FEATURES).any()


# Sub-pixel upsampling


@pytest.mark.parametrize("factor", [2, 4])
def test_subpixel_equal_gives_equal_neighbouring_pixels(factor):
    layer = SubpixelUpsampling(3, factor)
    output = np.asarray(layer(FEATURES))
    height, width = 8, 6
    assert output.shape == (2, height * factor, width * factor, 3)
    blocks = output.reshape(2, height, factor, width, factor, 3)
    np.testing.assert_array_equal(blocks, np.broadcast_to(blocks[:, :, :1, :, :1], blocks.shape))
    assert len(np.unique(blocks[:, :, 0, :, 0])) == 2 * height * width * 3


def test_subpixel_equal_draws_what_its_initializer_draws():
    kernel = np.asarray(SubpixelEqual(2, keras.initializers.RandomNormal(seed=5))((3, 3, 4, 8)))
    drawn = np.asarray(keras.initializers.RandomNormal(seed=5)((3, 3, 4, 2)))
    for repeat in range(4):
        np.testing.assert_array_equal(kernel[..., repeat * 2 : repeat * 2 + 2], drawn)


def test_subpixel_equal_survives_serialization():
    config = keras.saving.serialize_keras_object(SubpixelEqual(3, "he_normal"))
    restored = keras.saving.deserialize_keras_object(config)
    assert restored.factor == 3
    assert isinstance(restored.initializer, keras.initializers.HeNormal)


# Upsampling by repeated pixels


def test_resize_convolution_starts_as_bilinear_upsampling():
    import tensorflow as tf

    layer = ResizeConvolution(3)
    output = np.asarray(layer(FEATURES))
    channels = FEATURES @ np.asarray(layer.pointwise.kernel)[0, 0]
    expected = np.asarray(tf.image.resize(channels, (16, 12)))
    inside = np.s_[:, 1:-1, 1:-1]  # at the rim zeros are added
    np.testing.assert_allclose(output[inside], expected[inside], atol=1e-4)


def test_resize_convolution_scales_what_it_gives():
    layer = ResizeConvolution(3)
    plain = np.asarray(layer(FEATURES))
    scale = np.random.default_rng(5).normal(size=(len(FEATURES), 1, 1, 3)).astype("float32")
    np.testing.assert_allclose(layer(FEATURES, scale), plain * scale, atol=1e-5)


def test_resize_convolution_leaves_no_grid_in_an_even_picture():
    layer = ResizeConvolution(3)
    layer.build((None, None, None, 4))
    kernel = np.random.default_rng(3).normal(size=layer.depthwise.kernel.shape)
    layer.depthwise.kernel.assign(kernel)
    output = np.asarray(layer(np.ones((1, 6, 6, 4), "float32")))[:, 1:-1, 1:-1]
    np.testing.assert_allclose(output, np.broadcast_to(output[:, :1, :1], output.shape), atol=1e-5)


# Downsampling


def test_downsampling_starts_as_a_smoothing_between_four_pixels():
    layer = Downsampling(2)
    layer.build((None, None, None, 1))
    layer.pointwise.kernel.assign(np.ones((1, 1, 1, 2)))
    ramp = np.arange(16.0, dtype="float32")[None, :, None, None] * np.ones((1, 16, 16, 1))
    halved = np.asarray(layer(ramp))
    assert halved.shape == (1, 8, 8, 2)
    # The value between the two middle pixels, which is that of the place itself.
    expected = np.tile(2.0 * np.arange(1, 7)[:, None] + 0.5, 6)
    np.testing.assert_allclose(halved[0, 1:-1, 1:-1, 0], expected, rtol=1e-5)


def test_the_finest_stripes_vanish_instead_of_turning_into_a_tone():
    layer = Downsampling(1)
    layer.build((None, None, None, 1))
    layer.pointwise.kernel.assign(np.ones((1, 1, 1, 1)))
    stripes = np.tile(np.float32([1.0, -1.0]), 8)[None, :, None, None] * np.ones((1, 16, 16, 1))
    for moved in (stripes, -stripes):
        np.testing.assert_allclose(np.asarray(layer(moved))[:, 1:-1, 1:-1], 0.0, atol=1e-6)


# Modulation


def test_modulation_is_linear_in_the_code_and_knows_no_neighbours():
    layer = StyleModulation(0.5)
    layer.build((None, None, None, 4), (None, 5))
    features = rng.normal(size=(2, 6, 6, 4)).astype("float32")
    first, second = (np.array(layer(features, CODE * k)) for k in (0.0, 1.0))
    np.testing.assert_allclose(first, 0.5 * features, atol=1e-6)
    middle = np.array(layer(features, 0.5 * CODE))
    np.testing.assert_allclose(middle, (first + second) / 2, atol=1e-5)
    alone = np.array(layer(features[:1], CODE[:1]))
    np.testing.assert_allclose(second[:1], alone, atol=1e-6)


# Renormalization


@pytest.fixture
def renormalized():
    """A layer, and batches of like features, by which its statistics are settled."""
    layer = ConditionalBatchRenormalization(1.0, momentum=0.9)
    layer.build((None, None, None, 4), (None, 5))
    batches = [3.0 + 2.0 * rng.normal(size=(8, 6, 6, 4)).astype("float32") for _ in range(100)]
    for batch in batches:
        layer(batch, np.zeros((8, 5), "float32"), training=True)
    return layer, batches


def test_moving_statistics_are_those_of_what_was_seen(renormalized):
    layer, _ = renormalized
    np.testing.assert_allclose(layer.moving_mean, 3.0, atol=0.2)
    np.testing.assert_allclose(layer.moving_variance, 4.0, rtol=0.15)


def test_the_first_batch_counts_fully():
    layer = ConditionalBatchRenormalization()
    layer.build((None, None, None, 4), (None, 5))
    layer(FEATURES, CODE, training=True)
    np.testing.assert_allclose(layer.moving_mean, FEATURES.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, FEATURES.var((0, 1, 2)), rtol=1e-4)


def test_training_gives_the_values_of_use(renormalized):
    layer, batches = renormalized
    brighter, code = 1.5 * batches[0] + 1.0, np.zeros((8, 5), "float32")
    in_use = np.array(layer(brighter, code))
    np.testing.assert_allclose(np.array(layer(brighter, code, training=True)), in_use, atol=1e-4)
    # Normalized by the moving statistics, not by those of the batch.
    np.testing.assert_allclose(in_use, (brighter - 3.0) / 2.0, atol=0.4)


def test_gradients_are_those_of_batch_normalization(renormalized):
    """Nothing flows back of what shifts or stretches a channel as a whole."""
    import tensorflow as tf

    layer, batches = renormalized
    features = tf.constant(batches[0])
    weights = rng.normal(size=features.shape).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(features)
        total = tf.reduce_sum(layer(features, np.zeros((8, 5), "float32"), training=True) * weights)
    gradient = np.asarray(tape.gradient(total, features))
    centred = batches[0] - batches[0].mean((0, 1, 2))
    norm = np.abs(gradient).sum((0, 1, 2))
    np.testing.assert_array_less(np.abs(gradient.sum((0, 1, 2))), 1e-3 * norm)
    np.testing.assert_array_less(np.abs((gradient * centred).sum((0, 1, 2))), 5e-3 * norm)


def test_a_frozen_layer_keeps_its_statistics(renormalized):
    layer, batches = renormalized
    layer.trainable = False
    before = np.array(layer.moving_mean)
    layer(batches[0] + 5.0, np.zeros((8, 5), "float32"), training=True)
    np.testing.assert_array_equal(layer.moving_mean, before)
