"""A discriminator that judges patches."""

import keras
from keras.layers import Conv2D, LeakyReLU

from baselines.instance_normalization import InstanceNormalization


def patch_discriminator(width=32, num_halvings=3, name="discriminator") -> keras.Model:
    """Strided convolutions, then a logit a place.

    Args:
        width: int, channels of the first convolution, doubled by each of the next.
        num_halvings: int; three see patches of 46 pixels.
        name: str.

    Returns:
        `keras.Model` from images (batch, height, width, 3) to logits (batch, rows, columns, 1).

    References:
        Isola et al., 2017, https://arxiv.org/abs/1611.07004
    """
    image = x = keras.Input((None, None, 3), name="image")
    for halving in range(num_halvings):
        x = Conv2D(width * 2**halving, 4, strides=2, padding="same")(x)
        # As in the paper, the first keeps contrast and brightness as they are.
        x = InstanceNormalization()(x) if halving else x
        x = LeakyReLU(negative_slope=0.2)(x)
    return keras.Model(image, Conv2D(1, 4, padding="same")(x), name=name)
