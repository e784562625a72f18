"""Batch normalization whose scale and shift come from the style code."""

import keras

from portrait_style.layers.style_modulation import StyleModulation


@keras.saving.register_keras_serializable("portrait_style")
class ConditionalBatchNormalization(StyleModulation):
    """Normalize by batch statistics, then scale and shift by an affine function of a code.

    At inference the statistics are constants, so exporters fold them into the convolution before;
    with a constant code the scale and shift fold too. The scale and shift are linear in the code,
    so a path between two codes is a path between two pictures.

    Args:
        momentum: float in (0, 1), of the moving statistics. Defaults to 0.98.

    References:
        Dumoulin et al., 2017, https://arxiv.org/abs/1610.07629
        de Vries et al., 2017, https://arxiv.org/abs/1707.00683
    """

    def __init__(self, momentum=0.98, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.normalization = keras.layers.BatchNormalization(
            momentum=momentum, center=False, scale=False, name="normalization"
        )

    def build(self, features_shape, code_shape):
        self.normalization.build(features_shape)
        super().build(features_shape, code_shape)

    def call(self, features, code, training=None):
        """Normalize, then modulate.

        Args:
            features: (batch, height, width, channels).
            code: (batch, code_size).

        Returns:
            Tensor of the shape of `features`.
        """
        return super().call(self.normalization(features, training=training), code)

    def get_config(self):
        config = super().get_config()
        del config["gain"]
        return {**config, "momentum": self.momentum}
