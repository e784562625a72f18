"""Channel statistics of feature maps, shared by losses, models and measures."""

from keras import ops

# Blocks of a perceptual network whose statistics are style: deeper ones tell what is shown more
# than how it is drawn.
STYLE_BLOCKS = 4


def channel_moments(features, epsilon=1e-6):
    """Mean and standard deviation of each channel over the picture.

    Args:
        features: (batch, height, width, channels).
        epsilon: float, added to the variance so that the gradient of its root stays finite.

    Returns:
        (batch, 2 * channels): means, then standard deviations.

    References:
        Huang and Belongie (AdaIN), 2017, https://arxiv.org/abs/1703.06868
    """
    mean, variance = ops.moments(features, axes=(1, 2))
    return ops.concatenate([mean, ops.sqrt(variance + epsilon)], axis=-1)


def gram_matrix(features):
    """Second moments without centring: products of channels, averaged over the picture.

    Args:
        features: (batch, height, width, channels).

    Returns:
        (batch, channels, channels), symmetric.

    References:
        Gatys et al., 2016, equation 3
    """
    batch, height, width, channels = ops.shape(features)
    flat = ops.reshape(features, (batch, height * width, channels))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / ops.cast(
        height * width, features.dtype
    )
