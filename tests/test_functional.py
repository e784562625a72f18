import numpy as np
import pytest

from portrait_style.functional.colour import match_colours
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


def test_matched_colours_have_the_moments_of_the_reference():
    rng = np.random.default_rng(0)
    pixels, reference = (
        np.clip(
            rng.normal(middle, 25.0, (40, 30, 1)) + rng.normal(0.0, spread, (40, 30, 3)), 0, 255
        )
        for middle, spread in ((100.0, 6.0), (140.0, 12.0))
    )
    matched = match_colours(pixels.astype(np.uint8), reference.astype(np.uint8))
    assert matched.shape == pixels.shape and matched.dtype == np.uint8
    colours, wanted = matched.reshape(-1, 3), reference.reshape(-1, 3)
    np.testing.assert_allclose(colours.mean(axis=0), wanted.mean(axis=0), atol=1.0)
    np.testing.assert_allclose(np.cov(colours.T), np.cov(wanted.T), rtol=0.1)


def test_colours_that_match_stay_and_grey_makes_grey(photo):
    np.testing.assert_array_equal(match_colours(photo, photo), photo)
    grey = np.repeat(photo[..., :1], 3, axis=-1)
    assert np.ptp(match_colours(photo, grey).astype(int), axis=-1).max() <= 12
    assert match_colours(grey, photo).shape == photo.shape
