"""The generator of version 0, with which the bundled presets were trained."""

import keras

from portrait_style.layers.canvas import Canvas
from portrait_style.layers.conditional_normalization import ConditionalBatchNormalization
from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import STRIDED_SIZES


@keras.saving.register_keras_serializable("portrait_style")
class StridedGenerator(Generator):
    """A `Generator` whose encoder leaves out places unsmoothed, and which draws on a learned tile.

    What it draws changes when the photo moves by less than 8 pixels. It is there to load what was
    trained with it, and to train that further.

    Args:
        size, code_size, styles: as for `Generator`.
    """

    block_gain = None
    pixel_gain = 1.0
    code_scale = 1.0

    def _widths(self):
        return STRIDED_SIZES[self.size] if self.size in STRIDED_SIZES else super()._widths()

    def _conditional(self, name):
        return ConditionalBatchNormalization(name=name)

    def _add_encoder(self, widths):
        self.stem = keras.layers.Conv2D(
            widths.quarter, 6, strides=4, padding="same", activation="relu", name="stem"
        )
        self.down = keras.layers.Conv2D(widths.eighth, 2, strides=2, use_bias=False, name="down")

    def _build_encoder(self, photo, half, quarter):
        self.stem.build(photo)
        self.down.build(quarter)
        self.detail.build(photo)
        self.canvas.build(half, (None, self.code_size))

    def _encode(self, photo):
        return photo, self.stem(photo)

    def _add_detail(self, widths):
        self.detail = keras.layers.Conv2D(
            widths.half, 3, strides=2, padding="same", use_bias=False, name="detail"
        )
        self.detail_normalization = ConditionalBatchNormalization(name="detail_normalization")
        self.canvas = Canvas(widths.half, name="canvas")

    def _up(self, layers, drawn, seen, code, training):
        upsampling, normalization, seen_normalization = layers
        drawn = normalization(upsampling(drawn), code, training=training)
        return drawn + seen_normalization(seen, code, training=training)

    def _on_ground(self, features, code):
        return self.canvas(features, code)

    def get_config(self):
        config = super().get_config()
        return {key: value for key, value in config.items() if key != "layout"}
