"""Fast neural style: a network for one style."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from baselines.residual_network import residual_network
from portrait_style.functional.feature_distance import relative_error
from portrait_style.functional.moments import gram_matrix
from portrait_style.losses.perceptual import content_loss
from portrait_style.losses.pixel import total_variation_loss

BLOCKS = 4
_CONTENT_BLOCKS = (3,)
_STYLE_BATCHES = 24


def mean_grams(feature_extractor, dataset, num_batches=_STYLE_BATCHES) -> list[np.ndarray]:
    """Average the Gram matrices of style pictures, block by block.

    The paper has one style picture. Of many, the network could follow none, as it does not see
    which one is meant; the mean is what a squared difference from all of them asks for.

    Args:
        feature_extractor: `FeatureExtractor`.
        dataset: iterable of {"style"} batches.
        num_batches: int, how many are looked at.

    Returns:
        list of float32 (1, channels, channels), one a block.
    """
    sums, count = None, 0
    for batch in dataset.take(num_batches):
        grams = [np.asarray(gram_matrix(maps)) for maps in feature_extractor(batch["style"])]
        totals = [gram.sum(axis=0, keepdims=True) for gram in grams]
        sums = totals if sums is None else list(map(np.add, sums, totals))
        count += len(batch["style"])
    return [total / count for total in sums]


class FastNeuralStyle(keras.Model):
    """Photo in, picture of the one style out.

    Args:
        feature_extractor: `FeatureExtractor` of `BLOCKS` blocks.
        grams: list of (1, channels, channels), the style.
        style_weight: float, beside a weight of 1 for content. Defaults to 5.
        smoothness_weight: float, of total variation. Defaults to 0.1.
        width, num_blocks: as for `residual_network`. Default to the paper's 32 and 5.

    References:
        Johnson et al., 2016, https://arxiv.org/abs/1603.08155
    """

    def __init__(
        self,
        feature_extractor,
        grams,
        style_weight=5.0,
        smoothness_weight=0.1,
        width=32,
        num_blocks=5,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.feature_extractor = feature_extractor
        self.network = residual_network(width, num_blocks)
        self.grams = [ops.convert_to_tensor(gram) for gram in grams]
        self.style_weight = style_weight
        self.smoothness_weight = smoothness_weight

    def call(self, photo):
        """Draw photos in [-1, 1]."""
        return self.network(photo)

    def train_step(self, batch):
        """Lower content, style and smoothness by one step."""
        real_features = self.feature_extractor(batch["photo"])
        with tf.GradientTape() as tape:
            fake_image = self.network(batch["photo"], training=True)
            fake_features = self.feature_extractor(fake_image)
            content = content_loss(real_features, fake_features, _CONTENT_BLOCKS)
            style = self.style_distance(fake_features)
            smoothness = total_variation_loss(fake_image)
            loss = content + self.style_weight * style + self.smoothness_weight * smoothness
        variables = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"content": content, "style": style, "smoothness": smoothness}

    def style_distance(self, fake_features):
        """Compare Gram matrices with the style's: scalar, 0 for equal ones."""
        errors = [
            ops.mean(relative_error(gram, gram_matrix(maps)))
            for gram, maps in zip(self.grams, fake_features, strict=True)
        ]
        return sum(errors) / len(errors)
