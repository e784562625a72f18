"""Upsampling by rearranging channels."""

import keras
from keras import ops

from portrait_style.functional.depth_to_space import depth_to_space


@keras.saving.register_keras_serializable("portrait_style")
class SubpixelEqual(keras.initializers.Initializer):
    """Give the channels that become one block of pixels equal kernels.

    With any other start, neighbouring pixels begin as unrelated functions and leave a grid.

    Args:
        factor: int, of the upsampling that follows.
        initializer: of the kernel that is repeated. Defaults to "glorot_uniform".

    References:
        Aitken et al. (ICNR), 2017, https://arxiv.org/abs/1707.02937
    """

    def __init__(self, factor, initializer="glorot_uniform"):
        self.factor = factor
        self.initializer = keras.initializers.get(initializer)

    def __call__(self, shape, dtype=None):
        """Draw a kernel of shape (height, width, inputs, outputs * factor**2)."""
        repeats = self.factor**2
        kernel = self.initializer((*shape[:-1], shape[-1] // repeats), dtype=dtype)
        return ops.tile(kernel, (1,) * (len(shape) - 1) + (repeats,))

    def get_config(self):
        return {
            "factor": self.factor,
            "initializer": keras.saving.serialize_keras_object(self.initializer),
        }


@keras.saving.register_keras_serializable("portrait_style")
class SubpixelUpsampling(keras.layers.Layer):
    """Depthwise convolution, 1x1 convolution to `channels * factor**2`, laid out as larger picture.

    Args:
        channels: int, of the output.
        factor: int, the gain in height and width. Defaults to 2.
        kernel_size: int, of the depthwise convolution. Defaults to 3.
        gain: float, of the 1x1 convolution to begin with. Defaults to 1.

    References:
        Shi et al., 2016, https://arxiv.org/abs/1609.05158
        Howard et al. (separable convolution), 2017, https://arxiv.org/abs/1704.04861
    """

    def __init__(self, channels, factor=2, kernel_size=3, gain=1.0, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels
        self.factor = factor
        self.kernel_size = kernel_size
        self.gain = gain
        glorot = keras.initializers.VarianceScaling(gain**2, "fan_avg", "uniform")
        self.depthwise = keras.layers.DepthwiseConv2D(
            kernel_size, padding="same", use_bias=False, name="depthwise"
        )
        self.pointwise = keras.layers.Conv2D(
            channels * factor**2,
            1,
            kernel_initializer=SubpixelEqual(factor, glorot),
            name="pointwise",
        )

    def build(self, features_shape):
        self.depthwise.build(features_shape)
        self.pointwise.build(features_shape)
        self.built = True

    def call(self, features):
        """Upsample (batch, h, w, c) to (batch, h * factor, w * factor, channels)."""
        return depth_to_space(self.pointwise(self.depthwise(features)), self.factor)

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "factor": self.factor,
            "kernel_size": self.kernel_size,
            "gain": self.gain,
        }
