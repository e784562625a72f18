"""The mapping network: noise and a style's code in, the code of a variant of that style out."""

import keras
from keras import ops

from portrait_style.models.generator import CODE_SIZE

NOISE_SIZE = 64
# Under the root: its gradient is infinite at 0.
_EPSILON = 1e-8


@keras.saving.register_keras_serializable("portrait_style")
class MappingNetwork(keras.Model):
    """Draw codes as those of a style's pictures are: around its code, and different each time.

    What three dense layers make of the noise is added to the style's code; they learn in which
    directions, and how far, the pictures of that style scatter. Another one learns how far the
    farthest may be, so that there are no rare draws far outside. The sum is standardized, so that
    it lies on the sphere of all codes.

    Args:
        code_size: int, length of the codes. Defaults to 64.
        noise_size: int, length of the noise. Defaults to 64.
        hidden_size: int, width of the hidden layers. Defaults to 128.
        seed: int, of the weights before training. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> network = MappingNetwork()
        >>> noise, code = np.zeros((2, 64), "float32"), np.ones((2, 64), "float32")
        >>> tuple(network({"noise": noise, "style_code": code}).shape)
        (2, 64)

    References:
        Karras et al. (StyleGAN), 2019, section 2, https://arxiv.org/abs/1812.04948
        Choi et al. (StarGAN v2), 2020, section 2.1, https://arxiv.org/abs/1912.01865
    """

    def __init__(
        self, code_size=CODE_SIZE, noise_size=NOISE_SIZE, hidden_size=128, seed=0, **kwargs
    ):
        super().__init__(**kwargs)
        self.code_size = code_size
        self.noise_size = noise_size
        self.hidden_size = hidden_size
        self.seed = seed
        widths = {"first": hidden_size, "second": hidden_size, "projection": code_size}
        self.first, self.second, self.projection = (
            keras.layers.Dense(
                width,
                activation=None if name == "projection" else "leaky_relu",
                kernel_initializer=keras.initializers.GlorotUniform(seed + number),
                name=name,
            )
            for number, (name, width) in enumerate(widths.items())
        )
        # It starts at about the reach of real styles: one that has fallen to 0 does not come back.
        self.reach = keras.layers.Dense(
            1,
            activation="softplus",
            kernel_initializer="zeros",
            bias_initializer=keras.initializers.Constant(5.0),
            dtype="float32",
            name="reach",
        )
        # float32: the variance of a half-precision code is not accurate enough to divide by.
        self.standardization = keras.layers.LayerNormalization(
            center=False, scale=False, dtype="float32", name="standardization"
        )

    def build(self, input_shape=None):
        """Create the weights; they do not depend on the shape."""
        self.first.build((None, self.noise_size + self.code_size))
        self.second.build((None, self.hidden_size))
        self.projection.build((None, self.hidden_size))
        self.reach.build((None, self.code_size))
        self.standardization.build((None, self.code_size))
        self.built = True

    def call(self, inputs):
        """Draw codes.

        Args:
            inputs: dict of "noise", (..., noise_size), standard normal, and "style_code",
                (..., code_size).

        Returns:
            (..., code_size): mean 0 and variance 1 in every code.
        """
        noise, style_code = inputs["noise"], inputs["style_code"]
        hidden = self.second(self.first(ops.concatenate([noise, style_code], axis=-1)))
        step = ops.cast(self.projection(hidden), "float32")
        length = ops.sqrt(ops.sum(ops.square(step), axis=-1, keepdims=True) + _EPSILON)
        step = step * self.reach(style_code) * ops.tanh(length) / length
        return self.standardization(ops.cast(style_code, "float32") + step)

    def get_config(self):
        """Configuration; the weights travel with the saved model."""
        return {
            **super().get_config(),
            "code_size": self.code_size,
            "noise_size": self.noise_size,
            "hidden_size": self.hidden_size,
            "seed": self.seed,
        }
