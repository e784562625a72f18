"""Remembered features: of style pictures, and of the pictures drawn after them."""

import keras
from keras import ops

from portrait_style.losses.distribution import feature_mean_loss

# The block of the perceptual network whose mean over the picture is remembered: what is drawn,
# rather than how fine. The next one tells what is shown: robes and fans, which a face can only be
# given as streaks.
BLOCK = 4
# Codes this far apart, in mean squared difference, hardly count as one style.
_BANDWIDTH = 0.5


def pool(features):
    """Average the logarithm of a deep map over the picture, to be remembered.

    Of the map itself, one strong streak beside a mouth would raise the mean as much as strokes all
    over the picture, and it is easier to draw.

    Args:
        features: list of maps, (batch, height, width, channels), not negative.

    Returns:
        (batch, channels of map `BLOCK`): means of log(1 + x).
    """
    return ops.mean(ops.log1p(features[BLOCK - 1]), axis=(1, 2))


class FeatureMemory(keras.layers.Layer):
    """The pooled features of the last pictures, so that a small batch is compared with many.

    Args:
        size: int, pictures remembered.
        feature_size: int, length of the pooled features.
        code_size: int, length of the style code.

    References:
        Wang et al. (cross-batch memory), 2020, https://arxiv.org/abs/1912.06798
    """

    def __init__(self, size, feature_size, code_size, **kwargs):
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self.size = size
        self.real = self._zeros("real", feature_size)
        self.fake = self._zeros("fake", feature_size)
        self.code = self._zeros("code", code_size)
        self.filled = self._zeros("filled", 1)
        self.built = True

    def feature_mean_loss(self, real, fake, style_code):
        """Compare this batch and the remembered pictures: a scalar, see `losses.distribution`.

        Args:
            real: (batch, feature_size) of the style pictures.
            fake: (batch, feature_size) of the pictures drawn after them.
            style_code: (batch, code_size).
        """
        real_rows, fake_rows, codes, filled = self._with(real, fake, style_code)
        count = ops.shape(real)[0]
        distance = ops.mean((codes[:count, None] - codes[None]) ** 2, axis=-1)
        affinity = ops.exp(-distance / _BANDWIDTH) * filled[:, 0]
        return feature_mean_loss(real_rows, fake_rows, ops.stop_gradient(affinity))

    def remember(self, real, fake, style_code):
        """Take this batch in, and let the oldest pictures go."""
        memory = (self.real, self.fake, self.code, self.filled)
        for variable, rows in zip(memory, self._with(real, fake, style_code), strict=True):
            variable.assign(rows[: self.size])

    def _with(self, real, fake, style_code):
        filled = ops.ones((ops.shape(real)[0], 1), "float32")
        memory = (self.real, self.fake, self.code, self.filled)
        return [
            ops.concatenate([ops.cast(new, "float32"), old], axis=0)
            for new, old in zip((real, fake, style_code, filled), memory, strict=True)
        ]

    def _zeros(self, name, width):
        return self.add_weight(
            shape=(self.size, width), initializer="zeros", trainable=False, name=name
        )
