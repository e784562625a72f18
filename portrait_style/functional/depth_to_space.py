"""Channels laid out as pixels, under every Keras that the package supports."""

from keras import ops


def depth_to_space(features, factor: int):
    """Make blocks of `factor` by `factor` pixels out of the channels of one.

    Args:
        features: (batch, height, width, channels * factor**2).
        factor: int.

    Returns:
        (batch, height * factor, width * factor, channels).

    References:
        Shi et al., 2016, https://arxiv.org/abs/1609.05158
    """
    if hasattr(ops, "depth_to_space"):
        return ops.depth_to_space(features, factor)
    # Keras 3.12 has no such operation, and a reshape with a transposition is slow on phones.
    import tensorflow as tf

    return tf.nn.depth_to_space(features, factor)
