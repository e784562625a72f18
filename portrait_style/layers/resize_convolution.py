"""Upsampling without a grid: repeat pixels, then smooth."""

import math

import keras
from keras import ops

from portrait_style.functional.depth_to_space import depth_to_space


@keras.saving.register_keras_serializable("portrait_style")
class Binomial(keras.initializers.Initializer):
    """Start the kernel after resizing as smoothing: (1, 2, 1) by (1, 2, 1) / 16 for a size of 3."""

    def __call__(self, shape, dtype=None):
        """Give a kernel of shape (size, size, channels, 1), whose sum is 1 for each channel."""
        size = shape[0]
        row = [math.comb(size - 1, place) / 2.0 ** (size - 1) for place in range(size)]
        row = ops.convert_to_tensor(row, dtype=dtype)
        return ops.broadcast_to((row[:, None] * row[None, :])[..., None, None], shape)


@keras.saving.register_keras_serializable("portrait_style")
class ResizeConvolution(keras.layers.Layer):
    """1x1 convolution, every pixel repeated twice in both directions, 3x3 depthwise convolution.

    Sub-pixel convolution may draw another pattern in each corner of a block, and a generator that
    has to please texture statistics does: dots at the period of the coarsest scale. Repeated pixels
    leave no such choice. The smoothing starts as a bilinear one and is learned.

    Args:
        channels: int, of the output.

    References:
        Odena et al., 2016, https://doi.org/10.23915/distill.00003
    """

    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels
        self.pointwise = keras.layers.Conv2D(channels, 1, use_bias=False, name="pointwise")
        self.depthwise = keras.layers.DepthwiseConv2D(
            3,
            padding="same",
            use_bias=False,
            depthwise_initializer=Binomial(),
            name="depthwise",
        )

    def build(self, features_shape):
        self.pointwise.build(features_shape)
        self.depthwise.build((*features_shape[:-1], self.channels))
        self.built = True

    def call(self, features, scale=None):
        """Upsample.

        Args:
            features: (batch, height, width, c).
            scale: (batch, 1, 1, channels), what the result is to be multiplied by, or `None`. Both
                steps after the first keep channels apart, so it is done where there is a quarter
                of the pixels.

        Returns:
            Tensor of shape (batch, 2 * height, 2 * width, channels).
        """
        x = self.pointwise(features)
        if scale is not None:
            x = x * scale
        # In this form phone runtimes repeat pixels without leaving their fast path.
        return self.depthwise(depth_to_space(ops.concatenate([x] * 4, axis=-1), 2))

    def get_config(self):
        return {**super().get_config(), "channels": self.channels}
