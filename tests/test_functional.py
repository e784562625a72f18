import numpy as np
import pytest

from portrait_style.functional.moments import channel_moments, gram_matrix


@pytest.fixture
def features():
    return np.random.default_rng(0).normal(1.0, 2.0, (2, 5, 7, 3)).astype("float32")


def test_channel_moments_against_numpy(features):
    moments = np.asarray(channel_moments(features))
    assert moments.shape == (2, 6)
    np.testing.assert_allclose(moments[:, :3], features.mean(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(moments[:, 3:], features.std(axis=(1, 2)), rtol=1e-5)


def test_channel_moments_by_hand():
    # One channel with the values 1, 1, 3, 3: mean 2, standard deviation 1.
    features = np.array([[1.0, 1.0], [3.0, 3.0]], "float32")[None, ..., None]
    np.testing.assert_allclose(channel_moments(features), [[2.0, 1.0]], atol=1e-5)


def test_deviation_of_an_even_picture_has_a_finite_gradient():
    import tensorflow as tf

    features = tf.ones((1, 4, 4, 2))
    with tf.GradientTape() as tape:
        tape.watch(features)
        total = tf.reduce_sum(channel_moments(features))
    assert np.isfinite(tape.gradient(total, features)).all()


def test_gram_matrix_against_numpy(features):
    gram = np.asarray(gram_matrix(features))
    expected = np.einsum("bhwi,bhwj->bij", features, features) / 35
    np.testing.assert_allclose(gram, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(gram, gram.transpose(0, 2, 1), rtol=1e-6)


def test_gram_matrix_does_not_depend_on_the_place(features):
    shuffled = features[:, ::-1, ::-1]
    np.testing.assert_allclose(gram_matrix(features), gram_matrix(shuffled), rtol=1e-4, atol=1e-5)
