"""The discriminator: does a picture look like a real one of the given style?"""

import keras
from keras import ops

from portrait_style.models.generator import CODE_SIZE


@keras.saving.register_keras_serializable("portrait_style")
class PatchHead(keras.layers.Layer):
    """Part of a discriminator: convolutions to one logit a patch, plus a projection of the code.

    Args:
        widths: tuple of int, channels of the convolutions.
        kernels: tuple of int, their kernel sizes; 4 halves the size, 3 and 1 keep it.
        code_size: int.

    References:
        Isola et al. (PatchGAN), 2017, https://arxiv.org/abs/1611.07004
        Miyato and Koyama (projection), 2018, https://arxiv.org/abs/1802.05637
        Miyato et al. (spectral normalization), 2018, https://arxiv.org/abs/1802.05957
    """

    def __init__(self, widths, kernels, code_size, **kwargs):
        # float32 under every policy: in half precision the norms that spectral normalization
        # divides by vanish.
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        self.widths = tuple(widths)
        self.kernels = tuple(kernels)
        self.code_size = code_size
        self.convolutions = [
            _discriminator_layer(
                keras.layers.Conv2D, width, kernel, 1 + (kernel == 4), padding="same"
            )
            for width, kernel in zip(self.widths, self.kernels, strict=True)
        ]
        self.to_logit = _discriminator_layer(keras.layers.Conv2D, 1, 1)
        self.embed = _discriminator_layer(keras.layers.Dense, self.widths[-1], use_bias=False)

    def build(self, features_shape, code_shape):
        channels = features_shape[-1]
        for convolution, width in zip(self.convolutions, self.widths, strict=True):
            convolution.build((None, None, None, channels))
            channels = width
        self.to_logit.build((None, None, None, channels))
        self.embed.build(code_shape)
        self.built = True

    def call(self, features, code, training=None):
        """Return logits of shape (batch, patches high, patches wide)."""
        x = features
        for convolution in self.convolutions:
            x = ops.leaky_relu(convolution(x, training=training), 0.2)
        projection = ops.sum(x * self.embed(code, training=training)[:, None, None, :], axis=-1)
        return self.to_logit(x, training=training)[..., 0] + projection

    def get_config(self):
        return {
            **super().get_config(),
            "widths": self.widths,
            "kernels": self.kernels,
            "code_size": self.code_size,
        }


def _discriminator_layer(layer, *args, **kwargs):
    return keras.layers.SpectralNormalization(
        layer(*args, dtype="float32", **kwargs), dtype="float32"
    )


@keras.saving.register_keras_serializable("portrait_style")
class Discriminator(keras.Model):
    """Judge patches at several scales, given the style code.

    Fine scales look at the pixels, at full and at half size; coarse scales look at the maps of the
    frozen perceptual network, whose knowledge of pictures a discriminator trained on a few hundred
    of them cannot gather.

    Args:
        width: int, channels of the first convolution. Defaults to 32.
        code_size: int. Defaults to 64.
        feature_blocks: tuple of int, the blocks of the perceptual network to look at (1 is the
            finest). Defaults to (3, 4, 5).

    Raises:
        ValueError: when built with fewer maps than `feature_blocks` names.

    References:
        Wang et al. (multi-scale), 2018, https://arxiv.org/abs/1711.11585
        Sauer et al. (projected features), 2021, https://arxiv.org/abs/2111.01007
    """

    def __init__(self, width=32, code_size=CODE_SIZE, feature_blocks=(3, 4, 5), **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        self.width = width
        self.code_size = code_size
        self.feature_blocks = tuple(feature_blocks)
        widths = (width, 2 * width, 4 * width)
        self.pixel_heads = [
            PatchHead(widths, (4, 4, 4), code_size, name=f"pixels_{scale}") for scale in (1, 2)
        ]
        self.feature_heads = [
            PatchHead((2 * width, 2 * width), (1, 3), code_size, name=f"block{block}")
            for block in self.feature_blocks
        ]
        self.halve = keras.layers.AveragePooling2D(2, dtype="float32")

    def build(self, input_shape):
        """Create every weight from the shapes of the features."""
        blocks = len(input_shape["features"])
        if any(block > blocks for block in self.feature_blocks):
            raise ValueError(
                f"`feature_blocks` must be among the {blocks} blocks of the perceptual network. "
                f"Received: feature_blocks={self.feature_blocks}."
            )
        code = (None, self.code_size)
        for head in self.pixel_heads:
            head.build((None, None, None, 3), code)
        for block, head in zip(self.feature_blocks, self.feature_heads, strict=True):
            head.build(input_shape["features"][block - 1], code)
        self.built = True

    def call(self, inputs, training=None):
        """Judge.

        Args:
            inputs: {"image": RGB in [-1, 1], (batch, height, width, 3); "features": list of the
                image's maps by `FeatureExtractor`; "style_code": (batch, code_size)}.

        Returns:
            List of logits, one tensor (batch, patches high, patches wide) a scale; larger means
            more like a real picture of this style.
        """
        image, code = inputs["image"], inputs["style_code"]
        logits = []
        for head in self.pixel_heads:
            logits.append(head(image, code, training=training))
            image = self.halve(image)
        for block, head in zip(self.feature_blocks, self.feature_heads, strict=True):
            logits.append(head(inputs["features"][block - 1], code, training=training))
        return logits

    def get_config(self):
        return {
            **super().get_config(),
            "width": self.width,
            "code_size": self.code_size,
            "feature_blocks": self.feature_blocks,
        }
