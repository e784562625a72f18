"""What a perceptual network says about a photo, a style picture and the result.

Every function takes the maps of `FeatureExtractor`, lists of (batch, height, width, channels), and
returns a number a picture.
"""

from keras import ops

from portrait_style.functional.feature_distance import (
    content_change,
    gram_distance,
    moment_distance,
)

__all__ = [
    "content_change",
    "content_retention",
    "gram_distance",
    "moment_distance",
    "perceptual_distance",
    "unit_features",
]

_EPSILON = 1e-10


def content_retention(real_features, fake_features, blocks=(3, 4)):
    """How much of the photo is still there: 1 / (1 + relative change of its feature maps).

    Args:
        real_features: list of the photo's maps.
        fake_features: list of the result's maps.
        blocks: tuple of int, which maps count, from 1. Defaults to (3, 4).

    Returns:
        (batch,) in (0, 1]: 1 for the photo itself, 0.5 where the result's features are all zero.
    """
    return 1.0 / (1.0 + content_change(real_features, fake_features, blocks))


def perceptual_distance(first_features, second_features):
    """Squared distance of unit-length feature vectors, mean over places, then over blocks.

    That of Zhang et al. without their learned weights of channels.

    Args:
        first_features, second_features: lists of maps, 0 or more, of the same shapes.

    Returns:
        (batch,) in [0, 2]: 0 for equal pictures, 2 where no feature is shared.

    References:
        Zhang et al., 2018, equation 1, https://arxiv.org/abs/1801.03924
    """
    pairs = list(zip(first_features, second_features, strict=True))
    distances = [
        ops.mean(ops.sum(ops.square(unit_features(a) - unit_features(b)), axis=-1), axis=(1, 2))
        for a, b in pairs
    ]
    return sum(distances) / len(distances)


def unit_features(features):
    """Divide the features of each place by their length, (batch, height, width, channels)."""
    # Not under the root alone: its gradient is infinite where all features are 0.
    length = ops.sqrt(ops.sum(ops.square(features), axis=-1, keepdims=True) + _EPSILON)
    return features / length
