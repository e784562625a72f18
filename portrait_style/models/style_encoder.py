"""The style encoder: a picture in, its style code out."""

import keras
import numpy as np
from keras import ops

from portrait_style.functional.moments import channel_moments
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import CODE_SIZE


@keras.saving.register_keras_serializable("portrait_style")
class StyleEncoder(keras.Model):
    """Describe a picture's style by a short code.

    The channel moments of frozen perceptual features hold colour, line and texture but not who is
    shown. The code is their principal components over typical pictures, see `adapt`: what sets
    pictures apart most, and in the order in which it does. Nothing is learned by gradient: trained
    together with a generator, codes come ever closer to each other, until all styles are one.
    The code is standardized, so codes of all styles lie on one sphere.

    Args:
        code_size: int, length of the code. Defaults to 64.
        weights: "pretrained" or `None`, of the perceptual features. Defaults to "pretrained".

    References:
        Huang and Belongie (channel moments), 2017, https://arxiv.org/abs/1703.06868
        Pearson (principal components), 1901, https://doi.org/10.1080/14786440109462720
    """

    num_blocks = 4

    def __init__(self, code_size=CODE_SIZE, weights="pretrained", **kwargs):
        super().__init__(**kwargs)
        self.code_size = code_size
        self.feature_extractor = FeatureExtractor(
            "compact", weights, self.num_blocks, name="feature_extractor"
        )
        self.components = keras.layers.Dense(
            code_size, use_bias=False, trainable=False, name="components"
        )
        # float32: the variance of a half-precision code is not accurate enough to divide by.
        self.standardization = keras.layers.LayerNormalization(
            epsilon=1e-6, center=False, scale=False, dtype="float32", name="standardization"
        )

    def build(self, image_shape):
        """Create the weights; what is typical is not known yet."""
        self.feature_extractor.build(image_shape)
        moments = sum(self.feature_extractor.output_channels) * 2
        self.typical_mean = self.add_weight(
            (moments,), initializer="zeros", trainable=False, name="typical_mean"
        )
        self.typical_deviation = self.add_weight(
            (moments,), initializer="ones", trainable=False, name="typical_deviation"
        )
        self.components.build((None, moments))
        self.standardization.build((None, self.code_size))
        self.built = True

    def call(self, image):
        """Encode.

        Args:
            image: RGB in [-1, 1], (batch, height, width, 3).

        Returns:
            (batch, code_size): mean 0 and variance 1 in every code.
        """
        return self.encode_features(self.feature_extractor(image))

    def encode_features(self, features):
        """Encode the maps that `feature_extractor` gave, where they are at hand already."""
        compared = self._compared(_style_log_moments(features, self.num_blocks))
        return self.standardization(self.components(compared))

    def adapt(self, images):
        """Find what is typical, and the components in which pictures differ; before training.

        What all pictures share would drown what sets styles apart, so moments are compared with
        their means and deviations over these pictures first. Of fewer pictures than the code has
        numbers, the last numbers say nothing.

        Args:
            images: RGB in [-1, 1], (count, height, width, 3): photos and style pictures, about as
                many of each style.
        """
        batches = (images[i : i + 8] for i in range(0, len(images), 8))
        moments = np.concatenate(
            [
                _style_log_moments(self.feature_extractor(batch), self.num_blocks)
                for batch in batches
            ]
        ).astype(np.float32)
        self.typical_mean.assign(moments.mean(axis=0))
        # A channel that never changes says nothing; it must not become infinitely loud.
        self.typical_deviation.assign(moments.std(axis=0) + 1e-2)
        compared = np.asarray(self._compared(moments), np.float64)
        self.components.kernel.assign(_style_principal_components(compared, self.code_size))

    def _compared(self, moments):
        return (moments - self.typical_mean) / self.typical_deviation

    def get_config(self):
        """Configuration; the weights travel with the saved model."""
        return {
            **super().get_config(),
            "code_size": self.code_size,
            "weights": None,
        }


def _style_log_moments(features, num_blocks):
    """What the encoder knows of a picture before it is made a code: moments of feature maps."""
    # The logarithm brings the few very strong channels down to the others.
    moments = [channel_moments(x) for x in features[:num_blocks]]
    return ops.log1p(ops.concatenate(moments, axis=-1))


def _style_principal_components(points: np.ndarray, count: int) -> np.ndarray:
    """Give `count` directions, (size of a point, count), scaled to numbers of about 1.

    All are scaled alike, so that the first remain the strongest.
    """
    _, _, directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    components = np.zeros((points.shape[1], count))
    found = directions[:count].T
    # A direction and its opposite are one; the choice must not depend on the library.
    largest = found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])]
    components[:, : found.shape[1]] = found * np.sign(largest)
    strength = np.sqrt(np.mean(np.square(points @ components)))
    return components / max(strength, 1e-6)
