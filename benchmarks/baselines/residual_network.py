"""The network from photo to picture that fast neural style and CycleGAN share."""

import functools

import keras
from keras.layers import Activation, Add, Conv2D, UpSampling2D

from baselines.instance_normalization import InstanceNormalization

# Two halvings.
MULTIPLE = 4


def residual_network(width=32, num_blocks=5, kernel_size=9, name="network") -> keras.Model:
    """Two halvings, residual blocks, two doublings; instance normalization throughout.

    Pixels are repeated and convolved where the paper has transposed convolutions, and padding is
    with zeros: both are what keeps a phone fast, and neither draws a grid.

    Args:
        width: int, channels at full size; four times as many in the residual blocks.
        num_blocks: int, residual blocks.
        kernel_size: int, of the first and the last convolution.
        name: str.

    Returns:
        `keras.Model` from RGB in [-1, 1], (batch, height, width, 3), to the same. Sides must be
        multiples of `MULTIPLE`.

    References:
        Johnson et al., 2016, supplementary material, https://arxiv.org/abs/1603.08155
    """
    photo = keras.Input((None, None, 3), name="photo")
    x = _convolution(photo, width, kernel_size)
    x = _convolution(x, 2 * width, strides=2)
    x = _convolution(x, 4 * width, strides=2)
    for _ in range(num_blocks):
        residual = _convolution(_convolution(x, 4 * width), 4 * width, activation=None)
        x = Add()([x, residual])
    for channels in (2 * width, width):
        x = _convolution(UpSampling2D()(x), channels)
    image = Conv2D(3, kernel_size, padding="same", activation="tanh")(x)
    return keras.Model(photo, image, name=name)


def _convolution(x, channels, kernel_size=3, strides=1, activation="relu"):
    # The shift of the normalization takes the place of a bias.
    convolution = functools.partial(Conv2D, padding="same", use_bias=False)
    x = convolution(channels, kernel_size, strides=strides)(x)
    x = InstanceNormalization()(x)
    return x if activation is None else Activation(activation)(x)
