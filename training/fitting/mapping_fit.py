"""Fit the mapping network: noise and a style to codes as the style's pictures have them.

Neither pictures are drawn nor a discriminator trained: the codes of real pictures are at hand, and
distances between sets of 64 numbers tell whether they are spread alike.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from portrait_style.losses.distribution import energy_distance, mode_seeking_loss
from portrait_style.models.mapping_network import MappingNetwork
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import widen_codes
from portrait_style.training.config import MAPPING_STEPS

LEARNING_RATE = 2e-3
# Of the mode-seeking loss, which is of the order of 10 where the energy distance is 0.01.
MODE_SEEKING = 1e-3
DRAWN_CODES = 64
# How much farther from their style than its pictures, and which of these is the farthest that any
# may be: docs/decisions/0015.
VARIETY, FARTHEST = 1.0, 0.9


def fit_mapping_network(
    codes, bank: StyleBank, seed=0, steps=MAPPING_STEPS, variety=VARIETY
) -> MappingNetwork:
    """Fit a mapping network to the codes of style pictures.

    Args:
        codes: dict of name to (pictures, code_size), codes of the style's pictures.
        bank: `StyleBank` with the codes by which these styles are asked for.
        seed: int, of weights and noise: equal calls fit equal networks. Defaults to 0.
        steps: int. Defaults to 1000.
        variety: float, by how much the codes are spread farther, see `widen_codes`; none becomes
            farther from its style than nine tenths of its pictures are. Defaults to 1.

    Returns:
        `MappingNetwork`.
    """
    asked = np.stack([bank.code(name) for name in codes])
    wide = [wanted_codes(own, bank.code(name), variety) for name, own in codes.items()]
    most = max(map(len, wide))
    # Small styles are repeated: all weigh alike.
    real = np.stack([np.resize(own, (most, own.shape[1])) for own in wide])
    network = MappingNetwork(code_size=real.shape[-1], seed=seed)
    network.build()
    fit = build_mapping_fit(network, seed, steps)
    step = tf.data.Dataset.from_tensors((asked, real))
    fit.fit(step.repeat(steps), shuffle=False, verbose=0)
    return network


def build_mapping_fit(mapping_network, seed: int, steps: int) -> "MappingFit":
    """Build and compile the model that is fitted."""
    fit = MappingFit(mapping_network, seed)
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    fit.compile(optimizer=keras.optimizers.Adam(schedule), jit_compile=False)
    return fit


class MappingFit(keras.Model):
    """The mapping network while it learns; `fit` on pairs of style codes and real codes.

    Args:
        mapping_network: built `MappingNetwork`.
        seed: int, of the noise.
    """

    def __init__(self, mapping_network, seed, **kwargs):
        super().__init__(**kwargs)
        self.mapping_network = mapping_network
        self.random = keras.random.SeedGenerator(seed)

    def call(self, style_code):
        """Draw 64 codes of each style: dict of "noise" and "code", (styles, 64, size) each."""
        shape = (ops.shape(style_code)[0], DRAWN_CODES, self.mapping_network.noise_size)
        noise = keras.random.normal(shape, seed=self.random)
        repeated = ops.repeat(style_code[:, None], DRAWN_CODES, axis=1)
        code = self.mapping_network({"noise": noise, "style_code": repeated})
        return {"noise": noise, "code": code}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Compare with real codes, (styles, pictures, code_size), and drawn ones in pairs."""
        noise, code = y_pred["noise"], y_pred["code"]
        alike = mode_seeking_loss(noise[:, ::2], code[:, ::2], noise[:, 1::2], code[:, 1::2])
        return energy_distance(y, code) + MODE_SEEKING * alike


def wanted_codes(codes, style_code, variety: float) -> np.ndarray:
    """Spread the codes of a style's pictures as the mapping network is fitted to draw them."""
    return widen_codes(codes, style_code, variety, FARTHEST)


def draw_codes(mapping_network, style_code, count: int, seed: int) -> np.ndarray:
    """Draw codes of one style by a mapping network that was fitted: (count, code_size)."""
    noise = np.random.default_rng(seed).standard_normal(
        (count, mapping_network.noise_size), np.float32
    )
    repeated = np.repeat(np.asarray(style_code, np.float32)[None], count, axis=0)
    return np.asarray(mapping_network({"noise": noise, "style_code": repeated}, training=False))
