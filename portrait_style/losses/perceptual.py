"""Losses on the feature maps of a perceptual network.

Every distance is relative to the target's own energy, so that blocks whose activations differ by
orders of magnitude count alike.
"""

from keras import ops

from portrait_style.functional.feature_distance import content_change, moment_distance


def content_loss(real_features, fake_features, blocks=(3, 4), weight=1.0, power=1):
    """Relative squared change of the feature maps of a perceptual network.

    Args:
        real_features: list of the photo's maps, (batch, height, width, channels) each.
        fake_features: list of the stylized picture's maps, likewise.
        blocks: tuple of int, which maps count, from 1. Defaults to (3, 4).
        weight: how much each place counts, (batch, height, width, 1) of the size of those maps, or
            a number. Defaults to 1.0.
        power: what each picture's change is raised to; above 1, pictures that have changed most
            count most. Defaults to 1.

    Returns:
        Scalar, 0 for equal features; 1 where the features of `fake` are all zero, with the
        weight 1.

    References:
        Johnson et al., 2016, https://arxiv.org/abs/1603.08155
    """
    return ops.mean(content_change(real_features, fake_features, blocks, weight) ** power)


def style_loss(reference_features, fake_features):
    """Relative squared difference of perceptual channels' means and deviations, mean over blocks.

    Args:
        reference_features: list of the style picture's maps, (batch, height, width, channels).
        fake_features: list of the stylized picture's maps; sizes may differ.

    Returns:
        Scalar, 0 for equal moments.

    References:
        Huang and Belongie (AdaIN), 2017, https://arxiv.org/abs/1703.06868
    """
    return ops.mean(moment_distance(reference_features, fake_features))
