"""Batch normalization whose scale and shift come from the style code."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("portrait_style")
class ConditionalBatchNormalization(keras.layers.Layer):
    """Normalize by batch statistics, then scale and shift by an affine function of a code.

    At inference the statistics are constants, so exporters fold them into the convolution before;
    with a constant code the scale and shift fold too. The scale and shift are linear in the code,
    so a path between two codes is a path between two pictures.

    Args:
        momentum: float in (0, 1), of the moving statistics. Defaults to 0.98.

    References:
        Dumoulin et al., 2017, https://arxiv.org/abs/1610.07629
        de Vries et al., 2017, https://arxiv.org/abs/1707.00683
    """

    def __init__(self, momentum=0.98, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.normalization = keras.layers.BatchNormalization(
            momentum=momentum, center=False, scale=False, name="normalization"
        )

    def build(self, features_shape, code_shape):
        """Create the two projections of the code."""
        channels = features_shape[-1]
        small = keras.initializers.RandomNormal(stddev=0.05)
        self.to_scale = keras.layers.Dense(
            channels, kernel_initializer=small, bias_initializer="ones", name="to_scale"
        )
        self.to_shift = keras.layers.Dense(channels, kernel_initializer=small, name="to_shift")
        self.normalization.build(features_shape)
        self.to_scale.build(code_shape)
        self.to_shift.build(code_shape)
        self.built = True

    def call(self, features, code, training=None):
        """Normalize.

        Args:
            features: (batch, height, width, channels).
            code: (batch, code_size).

        Returns:
            Tensor of the shape of `features`.
        """
        # One reshape; indexing with `None` would add a slice to every exported graph.
        shape = (-1, 1, 1, features.shape[-1])
        scale = ops.reshape(self.to_scale(code), shape)
        shift = ops.reshape(self.to_shift(code), shape)
        return self.normalization(features, training=training) * scale + shift

    def compute_output_shape(self, features_shape, code_shape):
        return features_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
