"""Downsampling without aliasing: smooth, then leave out."""

import keras

from portrait_style.layers.resize_convolution import Binomial


@keras.saving.register_keras_serializable("portrait_style")
class Downsampling(keras.layers.Layer):
    """4x4 depthwise convolution at every second place of both directions, 1x1 convolution.

    A convolution that leaves out places folds fine patterns into coarse ones, which change when the
    photo moves by a pixel. The depthwise convolution starts as the smoothing (1, 3, 3, 1), whose
    middle is the middle of four pixels, as is that of repeated pixels on the way back. It is
    learned.

    Args:
        channels: int, of the output.
        use_bias: bool. Defaults to `False`.

    References:
        Zhang (making convolutional networks shift-invariant), 2019,
        https://arxiv.org/abs/1904.11486
    """

    def __init__(self, channels, use_bias=False, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels
        self.use_bias = use_bias
        self.depthwise = keras.layers.DepthwiseConv2D(
            4,
            strides=2,
            padding="same",
            use_bias=False,
            depthwise_initializer=Binomial(),
            name="depthwise",
        )
        self.pointwise = keras.layers.Conv2D(
            channels, 1, use_bias=use_bias, kernel_initializer="he_normal", name="pointwise"
        )

    def build(self, features_shape):
        self.depthwise.build(features_shape)
        self.pointwise.build(features_shape)
        self.built = True

    def call(self, features):
        """Halve (batch, height, width, c) to (batch, height / 2, width / 2, channels)."""
        return self.pointwise(self.depthwise(features))

    def get_config(self):
        return {**super().get_config(), "channels": self.channels, "use_bias": self.use_bias}
