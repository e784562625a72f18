import keras
import numpy as np
import pytest

from portrait_style.models.mapping_network import MappingNetwork

rng = np.random.default_rng(0)


@pytest.fixture(scope="module")
def network():
    network = MappingNetwork(seed=1)
    network.build()
    return network


@pytest.fixture
def inputs():
    return {name: rng.normal(size=(5, 64)).astype("float32") for name in ("noise", "style_code")}


def test_codes_lie_on_the_sphere_of_all_codes(network, inputs):
    codes = np.asarray(network(inputs))
    assert codes.shape == (5, 64)
    np.testing.assert_allclose(codes.mean(axis=-1), 0.0, atol=1e-5)
    np.testing.assert_allclose(codes.std(axis=-1), 1.0, atol=2e-3)


def test_noise_and_style_both_tell(network, inputs):
    codes = np.asarray(network(inputs))
    for name in inputs:
        changed = np.asarray(network({**inputs, name: inputs[name][::-1].copy()}))
        np.testing.assert_array_equal(changed[2], codes[2])
        assert np.abs(changed[0] - codes[0]).max() > 0.1


def test_further_axes_are_drawn_alike(network, inputs):
    stacked = {name: np.stack([values, values]) for name, values in inputs.items()}
    np.testing.assert_allclose(network(stacked)[1], network(inputs), atol=1e-5)


def test_equal_seeds_begin_equally():
    first, second, other = (MappingNetwork(seed=seed) for seed in (3, 3, 4))
    for network in (first, second, other):
        network.build()
    kernels = [network.get_weights()[0] for network in (first, second, other)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert np.abs(kernels[0] - kernels[2]).max() > 0.01


def test_saved_network_returns(network, inputs, tmp_path):
    network.save(tmp_path / "mapping_network.keras")
    loaded = keras.saving.load_model(tmp_path / "mapping_network.keras")
    np.testing.assert_array_equal(loaded(inputs), network(inputs))
    assert loaded.get_config() == network.get_config()


def test_half_precision_keeps_codes_on_the_sphere(mixed_float16, inputs):
    codes = np.asarray(MappingNetwork()(inputs))
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes.std(axis=-1), 1.0, atol=2e-3)


def test_no_noise_leads_farther_than_the_reach_of_the_style(network, inputs):
    style_code = inputs["style_code"]
    style_code = style_code - style_code.mean(axis=-1, keepdims=True)
    style_code /= style_code.std(axis=-1, keepdims=True)
    far = np.asarray(network({"noise": 100.0 * inputs["noise"], "style_code": style_code}))
    distance = np.linalg.norm(far - style_code, axis=-1)
    assert distance.max() <= np.asarray(network.reach(style_code)).max() + 0.01
