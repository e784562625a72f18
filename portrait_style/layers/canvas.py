"""What is drawn where the photo is even: a pattern to begin with."""

import keras
import numpy as np
from keras import ops

TILE = 8
# Waves a tile in both directions; each comes as sine and as cosine, so that it can be shifted.
_FREQUENCIES = ((1, 1), (1, -1), (2, 2), (2, -2))


@keras.saving.register_keras_serializable("portrait_style")
class Waves(keras.initializers.Initializer):
    """Start a tile as slanting waves, in the order in which depth-to-space lays channels out."""

    def __call__(self, shape, dtype=None):
        """Give a vector of shape (TILE * TILE * channels,)."""
        y, x = np.mgrid[:TILE, :TILE]
        phases = [2.0 * np.pi / TILE * (fx * x + fy * y) for fx, fy in _FREQUENCIES]
        waves = np.stack([wave(phase) for phase in phases for wave in (np.sin, np.cos)], axis=-1)
        return ops.cast(ops.reshape(waves, shape), dtype or "float32")


@keras.saving.register_keras_serializable("portrait_style")
class Canvas(keras.layers.Layer):
    """A learned tile, repeated over the picture, weighed by the style code and mixed.

    Convolutions turn an even area into an even area, whatever they are trained for: hatching and
    paper grain need something that differs from place to place. The tile is laid by a convolution
    without a kernel and a depth-to-space, so that it fits any size and stays on the fast path of
    phone runtimes.

    Args:
        channels: int, of the output.

    References:
        Karras et al. (noise inputs, for the same reason), 2019, https://arxiv.org/abs/1812.04948
    """

    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels
        self.gate = keras.layers.Dense(
            2 * len(_FREQUENCIES), kernel_initializer="zeros", bias_initializer="ones", name="gate"
        )

    def build(self, photo_shape, code_shape):
        """Create the tile, the gate and the mixture."""
        waves = 2 * len(_FREQUENCIES)
        self.mix = self.add_weight(shape=(waves, self.channels), initializer="zeros", name="mix")
        self.tile = self.add_weight(shape=(TILE * TILE * waves,), initializer=Waves(), name="tile")
        self.nothing = self.add_weight(
            shape=(1, 1, photo_shape[-1], 1), initializer="zeros", trainable=False, name="nothing"
        )
        self.gate.build(code_shape)
        self.built = True

    def call(self, photo, code):
        """Cover half of a photo's size.

        Args:
            photo: (batch, height, width, 3), sides multiples of 16; only its size counts.
            code: (batch, code_size).

        Returns:
            Tensor of shape (batch, height / 2, width / 2, channels).
        """
        # One tile is gated and mixed, not every copy of it: with a constant code nothing is left
        # to compute.
        waves = 2 * len(_FREQUENCIES)
        gate = ops.reshape(self.gate(code), (-1, 1, waves))
        tile = ops.reshape(self.tile, (1, TILE * TILE, waves)) * gate
        mixed = ops.reshape(ops.matmul(tile, self.mix), (-1, 1, 1, TILE * TILE * self.channels))
        places = ops.conv(photo, self.nothing, strides=2 * TILE, padding="valid")
        return ops.depth_to_space(places + mixed, TILE)

    def get_config(self):
        """Configuration."""
        return {**super().get_config(), "channels": self.channels}
