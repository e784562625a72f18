"""What is drawn where the photo is even: a pattern to begin with."""

import keras
import numpy as np
from keras import ops

TILE = 8
# Waves a tile in both directions; each comes as sine and as cosine, so that it can be shifted.
_FREQUENCIES = ((1, 1), (1, -1), (2, 2), (2, -2))


@keras.saving.register_keras_serializable("portrait_style")
class Waves(keras.initializers.Initializer):
    """Start a canvas's tile as slanting waves, in the order in which it lays channels out."""

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
    paper grain need something that differs from place to place. Features are seen as rows of
    tiles, to which one tile is added, so that it fits any size and stays on the fast path of phone
    runtimes.

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

    def build(self, features_shape, code_shape):
        """Create the tile, the gate and the mixture."""
        waves = 2 * len(_FREQUENCIES)
        self.mix = self.add_weight(shape=(waves, self.channels), initializer="zeros", name="mix")
        self.tile = self.add_weight(shape=(TILE * TILE * waves,), initializer=Waves(), name="tile")
        self.gate.build(code_shape)
        self.built = True

    def call(self, features, code):
        """Lay the canvas under features.

        Args:
            features: (batch, height, width, channels), sides multiples of 8.
            code: (batch, code_size), or (1, code_size) for all pictures.

        Returns:
            Tensor of the features' shape: their sum with the repeated tile.
        """
        # One tile is gated and mixed, not every copy of it: with a constant code nothing is left
        # to compute.
        waves = 2 * len(_FREQUENCIES)
        gate = ops.reshape(self.gate(code), (-1, 1, waves))
        tile = ops.reshape(self.tile, (1, TILE * TILE, waves)) * gate
        mixed = ops.reshape(ops.matmul(tile, self.mix), (-1, 1, TILE * TILE * self.channels))
        _, height, width, _ = ops.shape(features)
        if code.shape[0] != 1:
            rows = (ops.shape(code)[0], height // TILE, TILE * TILE * self.channels)
            mixed = ops.broadcast_to(mixed, rows)
        # Four dimensions, batch and rows in one: graphics processors' runtimes know no fifth.
        mixed = ops.reshape(mixed, (-1, TILE, 1, TILE * self.channels))
        tiles = ops.reshape(features, (-1, TILE, width // TILE, TILE * self.channels))
        return ops.reshape(tiles + mixed, (-1, height, width, self.channels))

    def get_config(self):
        return {**super().get_config(), "channels": self.channels}
