"""A loss on a set of liked pictures: their mean style, rather than that of any one of them."""

from keras import ops

from portrait_style.functional.feature_distance import relative_error
from portrait_style.functional.moments import gram_matrix


def personalized_style_loss(liked_features, fake_features):
    """Relative squared difference of mean Gram matrices, mean over blocks.

    Args:
        liked_features: list of the liked pictures' maps, (liked, height, width, channels).
        fake_features: list of the stylized pictures' maps, (batch, height, width, channels); their
            number and sizes may differ.

    Returns:
        Scalar, 0 where both sets have the same mean Gram matrices; 1 where the features of `fake`
        are all zero.

    References:
        Gatys et al., 2016, https://arxiv.org/abs/1508.06576
    """
    liked_grams = [mean_gram(features) for features in liked_features]
    return distance_from_mean_grams(liked_grams, fake_features)


def mean_gram(features):
    """Mean Gram matrix of a set of liked pictures, (1, channels, channels)."""
    return ops.mean(gram_matrix(features), axis=0, keepdims=True)


def distance_from_mean_grams(liked_grams, fake_features):
    """Compute `personalized_style_loss` where `mean_gram` of the liked pictures is at hand.

    Args:
        liked_grams: list of (1, channels, channels), one a block.
        fake_features: as for `personalized_style_loss`.
    """
    pairs = list(zip(liked_grams, fake_features, strict=True))
    return sum(relative_error(gram, mean_gram(fake))[0] for gram, fake in pairs) / len(pairs)
