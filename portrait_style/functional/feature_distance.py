"""Distances of feature maps, one a picture, shared by losses and measures.

Every distance is relative to the target's own energy, so that blocks whose activations differ by
orders of magnitude count alike.
"""

from keras import ops

from portrait_style.functional.moments import channel_moments, gram_matrix

# Added to every denominator: features of an even picture can be all zero.
_EPSILON = 1e-4


def relative_error(target, value, weight=1.0):
    """Squared difference of feature maps, relative to the target's energy.

    Args:
        target, value: (batch, ...), of the same shape.
        weight: how much each difference counts; broadcast. Defaults to 1.0.

    Returns:
        (batch,), 0 or more; 0 for equal tensors, the weight where `value` is all zero.
    """
    # A mean per picture first: one faint target must not be judged by its neighbours' energy.
    axes = tuple(range(1, len(target.shape)))
    error = ops.mean(weight * ops.square(value - target), axis=axes)
    energy = ops.mean(ops.square(target), axis=axes)
    return error / (energy + _EPSILON)


def content_change(real_features, fake_features, blocks=(3, 4), weight=1.0):
    """Relative squared change of feature maps, mean over blocks.

    Args:
        real_features: list of the photo's maps, (batch, height, width, channels) each.
        fake_features: list of the stylized picture's maps, likewise.
        blocks: tuple of int, which maps count, from 1. Defaults to (3, 4).
        weight: how much each place counts, (batch, height, width, 1) of the size of those maps, or
            a number. Defaults to 1.0.

    Returns:
        (batch,), 0 for equal features; 1 where the features of `fake` are all zero, with the
        weight 1.

    References:
        Johnson et al., 2016, https://arxiv.org/abs/1603.08155
    """
    errors = [relative_error(real_features[b - 1], fake_features[b - 1], weight) for b in blocks]
    return sum(errors) / len(blocks)


def moment_distance(reference_features, fake_features):
    """Relative squared difference of channel means and standard deviations, mean over blocks.

    Args:
        reference_features: list of the style picture's maps, (batch, height, width, channels).
        fake_features: list of the stylized picture's maps; sizes may differ.

    Returns:
        (batch,), 0 for equal moments.

    References:
        Huang and Belongie (AdaIN), 2017, https://arxiv.org/abs/1703.06868
    """
    return _feature_distance_over_blocks(channel_moments, reference_features, fake_features)


def gram_distance(reference_features, fake_features):
    """Relative squared difference of Gram matrices, mean over blocks.

    Args:
        reference_features: list of the style picture's maps, (batch, height, width, channels).
        fake_features: list of the stylized picture's maps; sizes may differ.

    Returns:
        (batch,), 0 for equal Gram matrices.

    References:
        Gatys et al., 2016, https://arxiv.org/abs/1508.06576
    """
    return _feature_distance_over_blocks(gram_matrix, reference_features, fake_features)


def _feature_distance_over_blocks(statistic, reference_features, fake_features):
    pairs = list(zip(reference_features, fake_features, strict=True))
    return sum(relative_error(statistic(a), statistic(b)) for a, b in pairs) / len(pairs)
