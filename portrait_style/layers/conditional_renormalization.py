"""Batch renormalization whose scale and shift come from the style code."""

import keras
from keras import ops

from portrait_style.layers.style_modulation import StyleModulation

# What is added to variances, and how far the statistics of a batch may be from the moving ones
# before they are met half-way: as a ratio of deviations, and in deviations.
EPSILON = 1e-3
LARGEST_RATIO, LARGEST_SHIFT = 3.0, 5.0


@keras.saving.register_keras_serializable("portrait_style")
class ConditionalBatchRenormalization(StyleModulation):
    """Normalize by moving statistics, then scale and shift by an affine function of a code.

    Values are those of the moving statistics in training as in use, so a photo is drawn the same
    whatever photos and styles are beside it; gradients are those of batch normalization, with which
    a network learns sooner. In use nothing is left of it but a scale and a shift a channel. A layer
    that is not trainable keeps its statistics.

    Args:
        gain: float, the scale to begin with. Defaults to 1.
        momentum: float in (0, 1), of the moving statistics, of which the first ones count fully.
            Defaults to 0.97.

    References:
        Ioffe (batch renormalization), 2017, https://arxiv.org/abs/1702.03275
        Dumoulin et al. (scale and shift by style), 2017, https://arxiv.org/abs/1610.07629
    """

    def __init__(self, gain=1.0, momentum=0.97, **kwargs):
        super().__init__(gain, **kwargs)
        self.momentum = momentum

    def build(self, features_shape, code_shape):
        super().build(features_shape, code_shape)
        fixed = {"trainable": False, "dtype": "float32", "autocast": False}
        channels = (features_shape[-1],)
        self.moving_mean = self.add_weight(
            shape=channels, initializer="zeros", name="moving_mean", **fixed
        )
        self.moving_variance = self.add_weight(
            shape=channels, initializer="ones", name="moving_variance", **fixed
        )
        # As many as matter, which half precision holds exactly.
        self.updates = self.add_weight(shape=(), initializer="zeros", name="updates", **fixed)

    def call(self, features, code, training=None):
        """Normalize and modulate.

        Args:
            features: (batch, height, width, channels).
            code: (batch, code_size).
            training: bool or `None`, whether to learn by the statistics of these features, and to
                move the moving ones.

        Returns:
            Tensor of the shape of `features`.
        """
        learned_by = features if training and self.trainable else None
        scale, shift = self.scale_and_shift(code, learned_by)
        return features * scale + shift

    def scale_and_shift(self, code, features=None):
        """Tell by what features are multiplied, and what is added to them.

        Args:
            code: (batch, code_size).
            features: those to learn by, whose statistics move the moving ones, or `None`, in use.

        Returns:
            Pair of tensors of shape (batch, 1, 1, channels).
        """
        deviation = ops.sqrt(self.moving_variance + EPSILON)
        if features is None:
            factor, offset = 1.0 / deviation, -self.moving_mean / deviation
        else:
            factor, offset = self._learning(features, deviation)
        factor, offset = (ops.cast(x, self.compute_dtype) for x in (factor, offset))
        scale = self.to_scale(code)
        shift = self.to_shift(code) + scale * offset
        # One reshape; indexing with `None` would add a slice to every exported graph.
        shape = (-1, 1, 1, self.to_scale.units)
        return ops.reshape(scale * factor, shape), ops.reshape(shift, shape)

    def _learning(self, features, deviation):
        """Tell by what to multiply features, and what to add; move the statistics."""
        features = ops.cast(features, "float32")
        # By the mean of squares: one pass, and a third of a step's time less than `ops.moments`.
        mean, square = (ops.mean(x, axis=(0, 1, 2)) for x in (features, ops.square(features)))
        variance = ops.maximum(square - ops.square(mean), 0.0)
        spread = ops.sqrt(variance + EPSILON)
        ratio = ops.clip(spread / deviation, 1.0 / LARGEST_RATIO, LARGEST_RATIO)
        shift = ops.clip((mean - self.moving_mean) / deviation, -LARGEST_SHIFT, LARGEST_SHIFT)
        ratio, shift = ops.stop_gradient(ratio), ops.stop_gradient(shift)
        kept = ops.minimum(self.momentum, self.updates / (self.updates + 1.0))
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(kept * moving + (1.0 - kept) * ops.stop_gradient(value))
        self.updates.assign(ops.minimum(self.updates + 1.0, 1.0 / (1.0 - self.momentum)))
        factor = ratio / spread
        return factor, shift - mean * factor

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
