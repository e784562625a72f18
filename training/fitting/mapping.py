"""Fit the mapping network of a trained model, and put it into the model.

    python -m portrait_style.training.fitting.mapping --model mobile --styles styles

Generator, style encoder and styles stay as they are, bit by bit. Training does this at its end.
"""

import argparse

import numpy as np
from tqdm import tqdm

from portrait_style.errors import DatasetError
from portrait_style.image_folder import HELD_OUT_FRACTION, style_folders_of
from portrait_style.losses.distribution import energy_distance
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.reports.table import format_table
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import code_spread
from portrait_style.training.config import MAPPING_STEPS
from portrait_style.training.fitting.mapping_fit import (
    VARIETY,
    draw_codes,
    fit_mapping_network,
    wanted_codes,
)
from portrait_style.training.fitting.style_codes import read_codes

_SHOWN = 500


def main(argv=None) -> None:
    """Fit the mapping network of a trained model, save, and print how near the drawn codes come."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.training.fitting.mapping",
        description=__doc__.splitlines()[0],
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
