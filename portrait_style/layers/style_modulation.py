"""Scale and shift that come from the style code."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("portrait_style")
class StyleModulation(keras.layers.Layer):
    """Scale and shift each channel by an affine function of a code; nothing is normalized.

    What a photo becomes thus does not depend on the photos beside it in a batch, and training draws
    as use does. With a constant code nothing is left but a convolution's own scale and bias. Both
    are linear in the code, so a path between two codes is a path between two pictures.

    Args:
        gain: float, the scale to begin with. Defaults to 1.

    References:
        Perez et al. (FiLM), 2018, https://arxiv.org/abs/1709.07871
        Lim et al. (without batch normalization), 2017, https://arxiv.org/abs/1707.02921
    """

    def __init__(self, gain=1.0, **kwargs):
        super().__init__(**kwargs)
        self.gain = gain

    def build(self, features_shape, code_shape):
        channels = features_shape[-1]
        small = keras.initializers.RandomNormal(stddev=0.05 * self.gain)
        self.to_scale = keras.layers.Dense(
            channels,
            kernel_initializer=small,
            bias_initializer=keras.initializers.Constant(self.gain),
            name="to_scale",
        )
        self.to_shift = keras.layers.Dense(channels, kernel_initializer=small, name="to_shift")
        self.to_scale.build(code_shape)
        self.to_shift.build(code_shape)
        self.built = True

    def call(self, features, code, training=None):
        """Modulate.

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
        return features * scale + shift

    def compute_output_shape(self, features_shape, code_shape):
        return features_shape

    def get_config(self):
        return {**super().get_config(), "gain": self.gain}
