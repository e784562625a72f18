"""The generator: a photo and a style code in, the stylized photo out."""

import keras
from keras import ops

from portrait_style.image import LUMA
from portrait_style.layers.conditional_renormalization import ConditionalBatchRenormalization
from portrait_style.layers.downsampling import Downsampling
from portrait_style.layers.resize_convolution import ResizeConvolution
from portrait_style.layers.separable_block import SeparableBlock
from portrait_style.layers.subpixel import SubpixelUpsampling
from portrait_style.models.generator_size import GENERATOR_SIZES, MULTIPLE

CODE_SIZE = 64
# Told in configurations, beside which there are those of earlier layouts.
LAYOUT = "renormalized"


@keras.saving.register_keras_serializable("portrait_style")
class Generator(keras.Model):
    """Stylize a photo by a style code.

    Most of the work happens at 1/8 of the size, in depthwise-separable blocks; every block is
    normalized by moving statistics, then scaled and shifted by the code. What the small scales lose
    comes back through three skips, which the code opens and closes: features at 1/4 and at 1/2 of
    the size, and the photo itself. Every downsampling smooths first and nothing is tied to the
    grid of pixels, so that a drawing moves along with its photo.

    Args:
        size: str, "mobile", "large" or a name given by `register_generator_size`. Defaults to
            "mobile".
        code_size: int, length of the style code. Defaults to 64.
        styles: dict or `None`, configuration of the `StyleBank` that travels with the model.

    Raises:
        ValueError: if `size` is unknown.

    Example:
        >>> import numpy as np
        >>> generator = Generator("mobile")
        >>> photo, code = np.zeros((1, 32, 48, 3), "float32"), np.zeros((1, 64), "float32")
        >>> tuple(generator({"photo": photo, "style_code": code}).shape)
        (1, 32, 48, 3)
    """

    multiple = MULTIPLE
    # By how much a block changes its features at first.
    block_gain: float | None = 0.5
    # Drawn pixels, at first, beside those of the photo.
    pixel_gain = 0.1

    def __init__(self, size="mobile", code_size=CODE_SIZE, styles=None, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.code_size = code_size
        self.styles = styles
        widths = self._widths()

        # Encoder: the same for every style.
        self._add_encoder(widths)
        self.down_normalization = self._conditional(name="down_normalization")

        # Body and decoder: steered by the code.
        self.body = self._blocks(widths.eighth, widths.eighth_blocks, "body")
        self.up_quarter = ResizeConvolution(widths.quarter, name="up_quarter")
        self.skip = keras.layers.Conv2D(widths.quarter, 1, use_bias=False, name="skip")
        self.up_normalization = self._conditional(name="up_normalization")
        self.skip_normalization = self._conditional(name="skip_normalization")
        self.quarter_blocks = self._blocks(widths.quarter, widths.quarter_blocks, "quarter")
        self.up_half = ResizeConvolution(widths.half, name="up_half")
        self.half_normalization = self._conditional(name="half_normalization")
        self._add_detail(widths)
        self.half_blocks = self._blocks(widths.half, widths.half_blocks, "half")

        # Head: back to pixels, beside the photo itself.
        self.to_pixels = SubpixelUpsampling(3, gain=self.pixel_gain, name="to_pixels")
        self.photo_channels = keras.layers.Conv2D(
            4, 1, use_bias=False, kernel_initializer=_WithLuminance(), name="photo_channels"
        )
        # Open for colours at first: what is learned is by how much a drawing differs.
        self.photo_gate = keras.layers.Dense(
            4,
            kernel_initializer="zeros",
            bias_initializer=keras.initializers.Constant([1.0, 1.0, 1.0, 0.0]),
            name="photo_gate",
        )
        self.smoothing = keras.layers.Conv2D(
            3, 3, padding="same", kernel_initializer=_PassThrough(), name="smoothing"
        )

    def build(self, input_shape):
        widths = self._widths()
        code, photo = (None, self.code_size), (None, None, None, 3)
        half, quarter, eighth = (
            (None, None, None, channels)
            for channels in (widths.half, widths.quarter, widths.eighth)
        )
        self._build_encoder(photo, half, quarter)
        self.down_normalization.build(eighth, code)
        for block in self.body:
            block.build(eighth, code)
        self.up_quarter.build(eighth)
        self.skip.build(quarter)
        for layer in (self.up_normalization, self.skip_normalization, *self.quarter_blocks):
            layer.build(quarter, code)
        self.up_half.build(quarter)
        for layer in (self.half_normalization, self.detail_normalization, *self.half_blocks):
            layer.build(half, code)
        self.to_pixels.build(half)
        self.photo_channels.build(photo)
        self.photo_gate.build(code)
        self.smoothing.build((None, None, None, 7))
        self.built = True

    def call(self, inputs, training=None, one_style=False):
        """Stylize.

        Args:
            inputs: {"photo": RGB in [-1, 1], (batch, height, width, 3), sides multiples of 16;
                "style_code": (batch, code_size)}.
            training: bool or `None`.
            one_style: bool, whether all photos get one code, (1, code_size): then the photo's way
                to the result is one convolution, which exporters fold. Defaults to `False`.

        Returns:
            RGB in [-1, 1] of the photo's shape. In training the values are not clipped, so that
            the gradient does not vanish at black and white.
        """
        photo, code = inputs["photo"], inputs["style_code"] * self.code_scale
        half, quarter = self._encode(photo)
        x = ops.relu(self.down_normalization(self.down(quarter), code, training=training))
        for block in self.body:
            x = block(x, code, training=training)
        layers = self.up_quarter, self.up_normalization, self.skip_normalization
        x = ops.relu(self._up(layers, x, self.skip(quarter), code, training))
        for block in self.quarter_blocks:
            x = block(x, code, training=training)
        layers = self.up_half, self.half_normalization, self.detail_normalization
        x = self._up(layers, x, self.detail(half), code, training)
        x = ops.relu(self._on_ground(x, code))
        for block in self.half_blocks:
            x = block(x, code, training=training)
        head = self._one_style_head if one_style else self._head
        image = head(self.to_pixels(x), photo, self.photo_gate(code))
        return image if training else ops.clip(image, -1.0, 1.0)

    @property
    def code_projections(self):
        """The dense layers that the style code enters the network by: a list of `Dense`."""
        layers = self._flatten_layers(include_self=False)
        return [layer for layer in layers if isinstance(layer, keras.layers.Dense)]

    # What another layout does in its own way

    @property
    def code_scale(self) -> float:
        """What a code is multiplied by on its way to the dense layers: then its length is near 1.

        A step of training thus changes features by as much as it changes a weight, not by that much
        for each number of the code.
        """
        return self.code_size**-0.5

    def _widths(self):
        if self.size not in GENERATOR_SIZES:
            raise ValueError(
                f"`size` must be one of {tuple(GENERATOR_SIZES)}. Received: size={self.size!r}."
            )
        return GENERATOR_SIZES[self.size]

    def _conditional(self, name):
        """Make what normalizes features, and scales and shifts them by the code."""
        return ConditionalBatchRenormalization(name=name)

    def _blocks(self, channels, count, name):
        return [
            SeparableBlock(channels, gain=self.block_gain, name=f"{name}_{i}") for i in range(count)
        ]

    def _add_encoder(self, widths):
        self.stem = keras.layers.Conv2D(
            widths.half,
            4,
            strides=2,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name="stem",
        )
        self.to_quarter = Downsampling(widths.quarter, use_bias=True, name="to_quarter")
        self.down = Downsampling(widths.eighth, name="down")

    def _build_encoder(self, photo, half, quarter):
        self.stem.build(photo)
        self.to_quarter.build(half)
        self.down.build(quarter)
        self.detail.build(half)

    def _encode(self, photo):
        """Return features at 1/2 and at 1/4 of the photo's size."""
        half = self.stem(photo)
        return half, ops.relu(self.to_quarter(half))

    def _add_detail(self, widths):
        self.detail = keras.layers.Conv2D(widths.half, 1, use_bias=False, name="detail")
        self.detail_normalization = self._conditional(name="detail_normalization")

    def _up(self, layers, drawn, seen, code, training):
        """Upsample what is drawn, normalize it and what is seen of the photo, and add the two.

        In use what is drawn is scaled before it is upsampled, and the shifts are added to each
        other first: three passes over the larger features instead of five.
        """
        upsampling, normalization, seen_normalization = layers
        if training:
            drawn = normalization(upsampling(drawn), code, training=training)
            return drawn + seen_normalization(seen, code, training=training)
        scale, shift = normalization.scale_and_shift(code)
        seen_scale, seen_shift = seen_normalization.scale_and_shift(code)
        return upsampling(drawn, scale) + (shift + seen_shift) + seen * seen_scale

    def _on_ground(self, features, code):
        """Lay what is drawn where the photo is even under the features: nothing."""
        return features

    # Head

    def _head(self, pixels, photo, gate):
        gated_photo = self.photo_channels(photo) * ops.reshape(gate, (-1, 1, 1, 4))
        return self.smoothing(ops.concatenate([pixels, gated_photo], axis=-1))

    def _one_style_head(self, pixels, photo, gate):
        """Compute what `_head` does with the gate within the kernel: a pass over the photo less."""
        of_pixels, of_channels = ops.split(self.smoothing.kernel, [3], axis=2)
        channels = self.photo_channels.kernel[0, 0] * gate
        kernel = ops.concatenate([of_pixels, ops.matmul(channels, of_channels)], axis=2)
        both = ops.concatenate([pixels, photo], axis=-1)
        return ops.conv(both, kernel, padding="same") + self.smoothing.bias

    def get_config(self):
        """Configuration; the styles travel in it."""
        return {
            **super().get_config(),
            "size": self.size,
            "code_size": self.code_size,
            "styles": self.styles,
            "layout": LAYOUT,
        }

    @classmethod
    def from_config(cls, config):
        """Build from a configuration; one that names no layout is of version 0, which was strided.

        Returns:
            `Generator`, or `StridedGenerator`.

        Raises:
            ValueError: if the layout is unknown.
        """
        layout = config.get("layout")
        if cls is Generator and layout is None:
            from portrait_style.models.strided_generator import StridedGenerator

            return StridedGenerator(**config)
        if layout not in (None, LAYOUT):
            raise ValueError(
                f"a generator of the layout {layout!r} is not known to this version, which reads "
                f"{LAYOUT!r}; train it again"
            )
        return cls(**{key: value for key, value in config.items() if key != "layout"})


@keras.saving.register_keras_serializable("portrait_style")
class _WithLuminance(keras.initializers.Initializer):
    """Start as red, green, blue and their luminance (Rec. 601): a grey style needs no colour."""

    def __call__(self, shape, dtype=None):
        luma = ops.reshape(ops.convert_to_tensor(LUMA, dtype=dtype), (3, 1))
        return ops.concatenate([ops.eye(3, dtype=dtype), luma], axis=1)[None, None]


@keras.saving.register_keras_serializable("portrait_style")
class _PassThrough(keras.initializers.Initializer):
    """Start as the sum of the drawn picture, smoothed, and the gated photo, as it is.

    The drawn picture comes in blocks of 2 by 2 equal pixels; smoothed by (1, 2, 1) it has no stairs
    and moves along with the photo by one pixel as by two.
    """

    def __call__(self, shape, dtype=None):
        _, _, inputs, outputs = shape
        colours, grey = ops.eye(outputs, dtype=dtype), ops.ones((1, outputs), dtype=dtype)
        photo = [colours] * (inputs // outputs - 1) + [grey] * (inputs % outputs)
        row = ops.convert_to_tensor([0.25, 0.5, 0.25], dtype=dtype)
        smooth, middle = row[:, None] * row[None, :], ops.one_hot([[4]], 9, dtype=dtype)
        kernels = (
            ops.reshape(kernel, (3, 3, 1, 1)) * ops.concatenate(mixture)[None, None]
            for kernel, mixture in ((smooth, [colours]), (middle, photo))
        )
        return ops.concatenate(list(kernels), axis=2)
