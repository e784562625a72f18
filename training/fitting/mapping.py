"""Fit the mapping network: noise and a style to codes as the style's pictures have them.

    python -m portrait_style.training.fitting.mapping --model mobile --styles styles

Neither pictures are drawn nor a discriminator trained: the codes of real pictures are at hand, and
distances between sets of 64 numbers tell whether they are spread alike. Training does this at its
end; as a command it puts the network into a trained model, whose generator, style encoder and
styles stay as they are, bit by bit.
"""

import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from portrait_style.errors import DatasetError
from portrait_style.image_folder import HELD_OUT_FRACTION, style_folders_of
from portrait_style.losses.distribution import energy_distance, mode_seeking_loss
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.models.mapping_network import MappingNetwork
from portrait_style.reports.table import format_table
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import code_spread, widen_codes
from portrait_style.training.config import MAPPING_STEPS
from portrait_style.training.fitting.style_codes import read_codes

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


# The command

_SHOWN = 500


def main(argv=None) -> None:
    """Fit the mapping network of a trained model, save, and print how near the drawn codes come."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.training.fitting.mapping",
        description="Fit the mapping network of a trained model, and put it into the model.",
    )
    add = parser.add_argument
    add("--model", required=True, help="bundled preset, preset folder, run folder, generator.keras")
    add("--styles", required=True, help="folder with a folder of pictures a style, named like it")
    add("--validation-fraction", type=float, default=HELD_OUT_FRACTION)
    add("--variety", type=float, default=VARIETY, help=f"default: {VARIETY:g}")
    add("--steps", type=int, default=MAPPING_STEPS, help=f"default: {MAPPING_STEPS}")
    add("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    model = open_model(arguments.model)
    model.check_whole()
    codes = _read_mapping_codes(model, arguments)
    network = fit_mapping_network(
        codes, model.bank, arguments.seed, arguments.steps, arguments.variety
    )
    model.save_mapping_network(network)
    print(_mapping_table(network, model.bank, codes, arguments.variety))


def _read_mapping_codes(model: TrainedModel, arguments) -> dict[str, np.ndarray]:
    """Return the codes of the pictures of those styles that have some."""
    folders = style_folders_of(arguments.styles)
    known = {name: folders[name] for name in model.bank.names if name in folders}
    if not known:
        raise DatasetError(
            f"{arguments.styles} has no folder named like a style of {arguments.model}: "
            + ", ".join(model.bank.names)
        )
    bars = tqdm(known.items(), desc="styles", disable=None)
    fraction = arguments.validation_fraction
    return {name: read_codes(model.style_encoder, folder, fraction) for name, folder in bars}


def _mapping_table(network, bank: StyleBank, codes, variety: float) -> str:
    """Say how far the codes of pictures and drawn ones spread, and how well they agree."""
    rows = []
    for name, own in codes.items():
        centre = bank.code(name)
        drawn = draw_codes(network, centre, _SHOWN, seed=1)
        wanted = wanted_codes(own, centre, variety)
        spreads = [code_spread(points, centre) for points in (own, wanted, drawn)]
        distance = float(energy_distance(wanted, drawn))
        rows.append([name, f"{len(own)}", *(f"{x:.2f}" for x in spreads), f"{distance:.4f}"])
    header = ["style", "pictures", "spread", "wanted", "drawn", "energy distance"]
    return format_table(header, rows)


if __name__ == "__main__":
    main()
