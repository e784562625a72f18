import keras
import numpy as np
import pytest

from portrait_style.training.keras_model.muon import Muon

RATE = 0.5


def changed(optimizer, start, gradients) -> np.ndarray:
    """What gradients make of a variable."""
    variable = keras.Variable(start)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    return np.asarray(variable)


def random(*shape, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(48, 24), (24, 48), (32, 32)])
def test_all_directions_of_a_matrix_change_alike(shape):
    # A gradient that knows one direction a hundred times as well as another.
    left, _, right = np.linalg.svd(random(*shape), full_matrices=False)
    gradient = (left * np.geomspace(1.0, 0.01, min(shape))) @ right
    change = -changed(Muon(RATE), np.zeros(shape, np.float32), [gradient.astype(np.float32)])
    along = np.diag(left.T @ change @ right.T) / (RATE * 0.2 * max(shape) ** 0.5)
    # The iteration of the paper brings singular values between about 0.7 and 1.2.
    assert along.min() > 0.3 and along.max() < 1.3
    assert np.median(along) > 0.65
    across = left.T @ change @ right.T - np.diag(np.diag(left.T @ change @ right.T))
    assert np.abs(across).max() < 1e-3 * np.abs(change).max() + 1e-4


def test_changes_are_as_large_as_adams():
    shape = (64, 64)
    change = changed(Muon(RATE), np.zeros(shape, np.float32), [random(*shape)])
    # Adam changes a weight by 0.2 to 0.4 of its rate in long runs (Liu et al., section 2.2).
    assert 0.15 < np.sqrt(np.mean(change**2)) / RATE < 0.25


def test_kernel_of_one_place_is_a_matrix():
    gradients = [random(32, 16, seed=seed) for seed in range(3)]
    start = random(32, 16, seed=9)
    dense = changed(Muon(RATE), start, gradients)
    places = changed(Muon(RATE), start[None, None], [x[None, None] for x in gradients])
    np.testing.assert_allclose(places[0, 0], dense, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(7,), (), (3, 3, 16, 32), (64, 4), (1, 1, 24, 12)])
def test_all_else_changes_as_by_adam(shape):
    gradients = [random(*shape, seed=seed) for seed in range(4)]
    start = random(*shape, seed=9)
    expected = changed(keras.optimizers.Adam(0.1, 0.8, 0.95, 1e-6), start, gradients)
    optimizer = Muon(0.2, beta_1=0.8, beta_2=0.95, epsilon=1e-6, rest=0.5)
    np.testing.assert_allclose(changed(optimizer, start, gradients), expected, rtol=1e-4, atol=1e-6)


def test_configuration_comes_back():
    schedule = keras.optimizers.schedules.CosineDecay(1e-2, 10)
    optimizer = Muon(schedule, momentum=0.9, beta_1=0.5, beta_2=0.9, epsilon=1e-5, rest=0.1)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert restored.get_config() == optimizer.get_config()
    start, gradients = random(32, 32), [random(32, 32, seed=2)]
    np.testing.assert_array_equal(
        changed(restored, start, gradients), changed(optimizer, start, gradients)
    )
