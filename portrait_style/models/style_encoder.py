"""The style encoder: a picture in, its style code out."""

import keras
from keras import ops

from portrait_style.functional.moments import channel_moments
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import CODE_SIZE


@keras.saving.register_keras_serializable("portrait_style")
class StyleEncoder(keras.Model):
    """Describe a picture's style by a short code.

    The channel moments of frozen perceptual features hold colour, line and texture but not who is
    shown; two dense layers learn which of it matters. Moments are compared with those of typical
    pictures first (`adapt`): what all pictures share would drown what sets styles apart. The code
    is standardized, so codes of all styles lie on one sphere.

    Args:
        code_size: int, length of the code. Defaults to 64.
        hidden_size: int, width of the hidden layer. Defaults to 128.
        weights: "pretrained" or `None`, of the perceptual features. Defaults to "pretrained".

    References:
        Huang and Belongie (AdaIN), 2017, https://arxiv.org/abs/1703.06868
    """

    num_blocks = 4

    def __init__(self, code_size=CODE_SIZE, hidden_size=128, weights="pretrained", **kwargs):
        super().__init__(**kwargs)
        self.code_size = code_size
        self.hidden_size = hidden_size
        self.feature_extractor = FeatureExtractor(
            "compact", weights, self.num_blocks, name="feature_extractor"
        )
        self.hidden = keras.layers.Dense(hidden_size, activation="relu", name="hidden")
        self.projection = keras.layers.Dense(code_size, name="projection")
        # float32: the variance of a half-precision code is not accurate enough to divide by.
        self.standardization = keras.layers.LayerNormalization(
            center=False, scale=False, dtype="float32", name="standardization"
        )

    def build(self, image_shape):
        """Create the weights of the dense layers."""
        self.feature_extractor.build(image_shape)
        moments = sum(self.feature_extractor.output_channels) * 2
        self.typical_mean = self.add_weight(
            (moments,), initializer="zeros", trainable=False, name="typical_mean"
        )
        self.typical_deviation = self.add_weight(
            (moments,), initializer="ones", trainable=False, name="typical_deviation"
        )
        self.hidden.build((None, moments))
        self.projection.build((None, self.hidden_size))
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
        described = (_log_moments(features, self.num_blocks) - self.typical_mean) / (
            self.typical_deviation
        )
        return self.standardization(self.projection(self.hidden(described)))

    def adapt(self, images):
        """Learn what is typical; once, before training.

        Args:
            images: RGB in [-1, 1], (count, height, width, 3): photos and style pictures.
        """
        batches = (images[i : i + 8] for i in range(0, len(images), 8))
        moments = ops.concatenate(
            [_log_moments(self.feature_extractor(batch), self.num_blocks) for batch in batches]
        )
        mean, variance = ops.moments(moments, axes=0)
        self.typical_mean.assign(mean)
        # A channel that never changes says nothing; it must not become infinitely loud.
        self.typical_deviation.assign(ops.sqrt(variance) + 1e-2)

    def get_config(self):
        """Configuration; the weights travel with the saved model."""
        return {
            **super().get_config(),
            "code_size": self.code_size,
            "hidden_size": self.hidden_size,
            "weights": None,
        }


def _log_moments(features, num_blocks):
    # The logarithm brings the few very strong channels down to the others.
    moments = [channel_moments(x) for x in features[:num_blocks]]
    return ops.log1p(ops.concatenate(moments, axis=-1))
