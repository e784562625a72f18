import os
from pathlib import Path

import keras
import numpy as np
import pytest

from portrait_style.errors import ModelError
from portrait_style.models.feature_extractor import (
    BLOCK_CHANNELS,
    FeatureExtractor,
    compact_network,
    load_npz_weights,
)

SHARED = Path(os.environ.get("PORTRAIT_STYLE_DATA", Path(__file__).parents[2] / "shared"))
VGG_WEIGHTS = SHARED / "models" / "vgg16_notop_float16.npz"


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).uniform(-1, 1, (2, 48, 32, 3)).astype("float32")


@pytest.fixture(scope="module")
def compact():
    return FeatureExtractor()


@pytest.fixture(scope="module")
def random_vgg():
    keras.utils.set_random_seed(0)
    return FeatureExtractor("vgg16", weights=None)


def _random_npz(path, model, skip=None):
    rng = np.random.default_rng(1)
    arrays = {
        f"{layer.name}__{v.name}": rng.normal(0, 0.1, v.shape).astype("float16")
        for layer in model.layers
        for v in layer.weights
    }
    arrays.pop(skip, None)
    np.savez(path, **arrays)
    return arrays


def test_compact_and_vgg_give_maps_of_the_same_shapes(compact, random_vgg, image):
    expected = [(2, 48 // 2**i, 32 // 2**i, c) for i, c in enumerate(BLOCK_CHANNELS)]
    for network in (compact, random_vgg):
        assert [tuple(x.shape) for x in network(image)] == expected
        assert network.output_channels == BLOCK_CHANNELS


def test_pretrained_maps_are_non_negative_and_of_the_order_of_one(compact, image):
    for features in map(np.asarray, compact(image)):
        assert features.min() >= 0.0
        assert 0.05 < np.sqrt(np.mean(features**2)) < 20.0


def test_fewer_blocks_are_the_first_ones(compact, image):
    first = FeatureExtractor(num_blocks=2)(image)
    assert len(first) == 2
    for ours, full in zip(first, compact(image), strict=False):
        np.testing.assert_allclose(ours, full, rtol=1e-5, atol=1e-6)
    assert len(FeatureExtractor(weights=None, num_blocks=1)(image)) == 1


def test_nothing_is_trainable(compact, random_vgg):
    assert compact.weights
    assert compact.trainable_variables == []
    assert random_vgg.trainable_variables == []


def test_saved_extractor_carries_its_weights(compact, image, tmp_path):
    compact.save(tmp_path / "features.keras")
    loaded = keras.saving.load_model(tmp_path / "features.keras")
    for ours, theirs in zip(compact(image), loaded(image), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert loaded.trainable_variables == []


@pytest.mark.parametrize("network", ["compact", "vgg16"])
def test_maps_are_float32_under_mixed_precision(network, image):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        extractor = FeatureExtractor(network, None)
        assert {x.dtype.name for x in extractor(image)} == {"float32"}
        assert keras.config.dtype_policy().name == "mixed_float16"
    finally:
        keras.config.set_dtype_policy("float32")


def test_weights_from_npz(image, tmp_path):
    path = tmp_path / "weights.npz"
    arrays = _random_npz(path, compact_network())
    extractor = FeatureExtractor("compact", path)
    for layer in extractor.backbone.layers:
        for variable in layer.weights:
            stored = arrays[f"{layer.name}__{variable.name}"]
            np.testing.assert_array_equal(variable, stored.astype("float32"))


def test_missing_or_misshapen_weights_are_refused(tmp_path):
    path = tmp_path / "weights.npz"
    network = compact_network(1)
    _random_npz(path, network, skip="block1_head__bias")
    with pytest.raises(ValueError, match="must hold 'block1_head__bias' with shape"):
        load_npz_weights(network, path)
    arrays = _random_npz(path, network)
    np.savez(path, **{**arrays, "block1_head__bias": np.zeros(3)})
    with pytest.raises(ValueError, match="must hold 'block1_head__bias' with shape"):
        load_npz_weights(network, path)


def test_unreadable_weights_are_one_line(tmp_path, monkeypatch):
    (tmp_path / "text.h5").write_text("text")
    (tmp_path / "text.npz").write_text("text")
    with pytest.raises(ModelError, match="weights of compact cannot be read from .*text.h5"):
        FeatureExtractor(weights=str(tmp_path / "text.h5"))
    with pytest.raises(ValueError, match="`weights` must be an npz file"):
        FeatureExtractor(weights=str(tmp_path / "text.npz"))

    def unreachable(**arguments):
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "VGG16", unreachable)
    with pytest.raises(ModelError, match="the download .URL fetch failure.; name a file by"):
        FeatureExtractor("vgg16")


def test_unknown_arguments_are_refused():
    with pytest.raises(ValueError, match="`network` must be one of"):
        FeatureExtractor("resnet")
    for count in (0, 6):
        with pytest.raises(ValueError, match="`num_blocks` must be in 1..5"):
            FeatureExtractor(num_blocks=count)


def test_vgg_preprocesses_as_keras_applications(image):
    import tensorflow as tf

    if not VGG_WEIGHTS.is_file():
        pytest.skip(f"VGG16 weights are not at {VGG_WEIGHTS}; set PORTRAIT_STYLE_DATA")
    extractor = FeatureExtractor("vgg16", VGG_WEIGHTS, num_blocks=1)
    x = keras.applications.vgg16.preprocess_input((image + 1.0) * 127.5)
    with np.load(VGG_WEIGHTS) as weights:
        for name in ("block1_conv1", "block1_conv2"):
            kernel, bias = (weights[f"{name}__{part}"].astype("f4") for part in ("kernel", "bias"))
            x = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)
    np.testing.assert_allclose(extractor(image)[0], x / 240.0, rtol=1e-3, atol=1e-4)


def test_shipped_network_agrees_with_vgg_on_simple_differences():
    # A blurred picture is nearer than an unrelated one, in every block.
    if not VGG_WEIGHTS.is_file():
        pytest.skip(f"VGG16 weights are not at {VGG_WEIGHTS}; set PORTRAIT_STYLE_DATA")
    from skimage import data, filters, transform

    astronaut, cat = (
        transform.resize(x, (64, 64)) * 2 - 1 for x in (data.astronaut(), data.chelsea())
    )
    blurred = filters.gaussian(astronaut, 1.0, channel_axis=-1)
    batch = np.stack([astronaut, blurred, cat]).astype("float32")
    for extractor in (FeatureExtractor(), FeatureExtractor("vgg16", VGG_WEIGHTS)):
        for features in map(np.asarray, extractor(batch)):
            near, far = (np.mean((features[0] - features[i]) ** 2) for i in (1, 2))
            assert near < far
