"""Arbitrary style transfer by adaptive instance normalization."""

import keras
import tensorflow as tf
from keras import ops
from keras.layers import Conv2D, UpSampling2D

from portrait_style.functional.feature_distance import relative_error
from portrait_style.functional.moments import channel_moments
from portrait_style.losses.perceptual import style_loss

# Of the deepest map that is normalized: three halvings.
BLOCKS, MULTIPLE = 4, 8
CODE_SIZE = 2 * 512
# After each number of channels but the last, pixels are doubled.
_DECODER = ((256,), (256, 256, 256, 128), (128, 64), (64,))


def adaptive_instance_normalization(features, style_moments):
    """Give each channel the mean and the standard deviation of the style's.

    Args:
        features: (batch, height, width, channels), of the photo.
        style_moments: (batch, 2 * channels), see `channel_moments`.

    Returns:
        (batch, height, width, channels), with these moments.

    References:
        Huang and Belongie, 2017, equation 8, https://arxiv.org/abs/1703.06868
    """
    own_mean, own_deviation = _means_and_deviations(channel_moments(features))
    mean, deviation = _means_and_deviations(style_moments)
    return (features - own_mean) / own_deviation * deviation + mean


def mirrored_decoder(channels=512) -> keras.Model:
    """Build the decoder: the encoder's convolutions the other way, without normalization.

    Args:
        channels: int, of the map that is decoded. Defaults to 512.

    Returns:
        `keras.Model` from (batch, height, width, channels) to RGB, eight times as large and not
        bounded.
    """
    features = x = keras.Input((None, None, channels), name="features")
    he = {"kernel_initializer": "he_normal"}
    for stage, widths in enumerate(_DECODER):
        x = UpSampling2D()(x) if stage else x
        for width in widths:
            # Without normalization, smaller weights would draw an even grey for hundreds of steps.
            x = Conv2D(width, 3, padding="same", activation="relu", **he)(x)
    return keras.Model(features, Conv2D(3, 3, padding="same")(x), name="decoder")


class AdaIN(keras.Model):
    """Photo and style picture in, picture out: one network for all styles.

    The encoder is the perceptual network up to its fourth block, and is not trained.

    Args:
        feature_extractor: `FeatureExtractor` of `BLOCKS` blocks.
        style_weight: float, of the loss of moments beside that of content. Defaults to 5.

    References:
        Huang and Belongie, 2017, https://arxiv.org/abs/1703.06868
    """

    def __init__(self, feature_extractor, style_weight=5.0, **kwargs):
        super().__init__(**kwargs)
        self.feature_extractor = feature_extractor
        self.network = mirrored_decoder(feature_extractor.output_channels[-1])
        self.style_weight = style_weight

    def build(self, inputs_shape=None):
        """Nothing is left to build: both parts are functional."""
        self.built = True

    def style_moments(self, style_image):
        """Read a style off pictures in [-1, 1]: (batch, 2 * channels)."""
        return channel_moments(self.feature_extractor(style_image)[-1])

    def stylize(self, photo, style_moments):
        """Draw photos in [-1, 1] with the moments of a style; not bounded."""
        features = self.feature_extractor(photo)[-1]
        return self.network(adaptive_instance_normalization(features, style_moments))

    def call(self, inputs):
        """Draw each photo after its style picture, {"photo", "style"}."""
        return self.stylize(inputs["photo"], self.style_moments(inputs["style"]))

    def train_step(self, batch):
        """Lower equation 11 of the paper by one step of the decoder."""
        style_features = self.feature_extractor(batch["style"])
        target = adaptive_instance_normalization(
            self.feature_extractor(batch["photo"])[-1], channel_moments(style_features[-1])
        )
        with tf.GradientTape() as tape:
            fake_features = self.feature_extractor(self.network(target))
            content = ops.mean(relative_error(target, fake_features[-1]))
            style = style_loss(style_features, fake_features)
            loss = content + self.style_weight * style
        variables = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"content": content, "style": style}


def _means_and_deviations(moments):
    """Split moments into means and deviations, (batch, 1, 1, channels) each."""
    return ops.split(moments[:, None, None, :], 2, axis=-1)
