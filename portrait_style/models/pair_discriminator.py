"""The discriminator of pairs: is this what becomes of this photo?"""

import keras
from keras import ops

from portrait_style.models.discriminator import PatchHead
from portrait_style.models.generator import CODE_SIZE


@keras.saving.register_keras_serializable("portrait_style")
class PairDiscriminator(keras.Model):
    """Judge patches of a picture beside those of its photo, given the style code.

    Args:
        width: int, channels of the first convolution. Defaults to 32.
        code_size: int. Defaults to 64.

    References:
        Isola et al. (pix2pix), 2017, https://arxiv.org/abs/1611.07004
    """

    def __init__(self, width=32, code_size=CODE_SIZE, **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        self.width = width
        self.code_size = code_size
        self.head = PatchHead((width, 2 * width, 3 * width), (4, 4, 3), code_size, name="head")

    def build(self, input_shape=None):
        self.head.build((None, None, None, 6), (None, self.code_size))
        self.built = True

    def call(self, inputs, training=None):
        """Judge.

        Args:
            inputs: {"photo", "image": RGB in [-1, 1], (batch, height, width, 3); "style_code":
                (batch, code_size)}.

        Returns:
            List of one tensor of logits, (batch, patches high, patches wide); larger means more
            like what becomes of the photo.
        """
        both = ops.concatenate([inputs["photo"], inputs["image"]], axis=-1)
        return [self.head(both, inputs["style_code"], training=training)]

    def get_config(self):
        return {**super().get_config(), "width": self.width, "code_size": self.code_size}
