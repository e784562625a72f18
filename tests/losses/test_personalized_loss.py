import numpy as np

from portrait_style.losses.personalized import (
    distance_from_mean_grams,
    mean_gram,
    personalized_style_loss,
)


def flat(*channels):
    """Make a map of one value a channel, (1, 2, 2, channels)."""
    return np.broadcast_to(np.float32(channels), (1, 2, 2, len(channels)))


def test_two_liked_pictures_against_one():
    # Mean Gram matrix of (1, 0) and (0, 2): diagonal (1/2, 2). That of (1, 1): all ones.
    liked = [np.concatenate([flat(1, 0), flat(0, 2)])]
    # Error (1/4 + 1 + 1 + 1) / 4, energy (1/4 + 4) / 4 and 1e-4 so that it is not 0.
    expected = (3.25 / 4) / (4.25 / 4 + 1e-4)
    np.testing.assert_allclose(personalized_style_loss(liked, [flat(1, 1)]), expected, rtol=1e-6)
    # A second block that agrees halves it.
    half = personalized_style_loss([*liked, flat(3)], [flat(1, 1), flat(3)])
    np.testing.assert_allclose(half, expected / 2, rtol=1e-6)


def test_only_the_mean_over_the_set_counts():
    rng = np.random.default_rng(0)
    liked = [rng.normal(size=(3, 4, 4, 5)).astype("float32")]
    drawn = [np.concatenate([liked[0][::-1]] * 2)]
    np.testing.assert_allclose(personalized_style_loss(liked, drawn), 0.0, atol=1e-10)
    nothing = personalized_style_loss(liked, [0.0 * liked[0]])
    np.testing.assert_allclose(nothing, 1.0, rtol=1e-3)


def test_grams_can_be_kept():
    rng = np.random.default_rng(1)
    liked, drawn = ([rng.normal(size=(n, 4, 4, 3)).astype("float32")] for n in (2, 3))
    expected = personalized_style_loss(liked, drawn)
    np.testing.assert_allclose(distance_from_mean_grams([mean_gram(liked[0])], drawn), expected)
