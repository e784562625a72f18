"""Depthwise-separable convolution with conditional normalization."""

import keras

from portrait_style.layers.conditional_normalization import ConditionalBatchNormalization
from portrait_style.layers.conditional_renormalization import ConditionalBatchRenormalization


@keras.saving.register_keras_serializable("portrait_style")
class SeparableBlock(keras.layers.Layer):
    """Depthwise convolution, 1x1 convolution, what the style code does, ReLU, and a skip.

    Zero padding keeps the whole network in one partition of phone runtimes; mirror padding would
    split it.

    Args:
        channels: int, of input and output.
        kernel_size: int, of the depthwise convolution. Defaults to 3.
        gain: float, of a `ConditionalBatchRenormalization`, or `None` for a
            `ConditionalBatchNormalization`.

    References:
        Howard et al. (MobileNets), 2017, https://arxiv.org/abs/1704.04861
    """

    def __init__(self, channels, kernel_size=3, gain=None, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels
        self.kernel_size = kernel_size
        self.depthwise = keras.layers.DepthwiseConv2D(
            kernel_size,
            padding="same",
            use_bias=False,
            # As loud as what comes in: Keras' own counts all channels, of which each sees one.
            depthwise_initializer=keras.initializers.RandomNormal(stddev=1.0 / kernel_size),
            name="depthwise",
        )
        self.pointwise = keras.layers.Conv2D(channels, 1, use_bias=False, name="pointwise")
        self.gain = gain
        self.normalization = (
            ConditionalBatchNormalization(name="normalization")
            if gain is None
            else ConditionalBatchRenormalization(gain, name="normalization")
        )

    def build(self, features_shape, code_shape):
        self.depthwise.build(features_shape)
        self.pointwise.build(features_shape)
        self.normalization.build(features_shape, code_shape)
        self.built = True

    def call(self, features, code, training=None):
        """Transform features of shape (batch, height, width, channels)."""
        x = self.pointwise(self.depthwise(features))
        x = self.normalization(x, code, training=training)
        return features + keras.ops.relu(x)

    def compute_output_shape(self, features_shape, code_shape):
        return features_shape

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "kernel_size": self.kernel_size,
            "gain": self.gain,
        }
