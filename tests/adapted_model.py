"""A model that learned one more style, as `adapt` leaves it, without the learning."""

import json

import numpy as np

from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model, save_models
from portrait_style.styles.codes import code_apart

NAME = "waves"


def write_model_with_distinct_kernels(folder, source):
    """Write a preset whose layers differ from each other, as those of trained ones do.

    Args:
        folder: path, where to.
        source: path of a preset with random weights, whose scales and shifts begin alike.
    """
    model, rng = open_model(source), np.random.default_rng(4)
    for layer in model.generator.code_projections:
        layer.kernel.assign_add(rng.normal(scale=0.02, size=layer.kernel.shape))
    return save_preset(folder, *model.networks, "random weights", model.mapping_network)


def write_adapted_model(folder, source, name=NAME, seed=5, note=True):
    """Teach the model in `source` a style by chance, and write what `adapt` does.

    Args:
        folder: path, where to.
        source: path of the model, as the note that `adapt` leaves tells it.
        name: str, of the style.
        seed: int.
        note: bool, whether to leave the note.
    """
    from portrait_style.training.adaptation.model import StyleAdaptation

    model, rng = open_model(source), np.random.default_rng(seed)
    generator, bank = model.generator, model.bank
    known = [bank.photo_code, *(bank.code(known) for known in bank.names)]
    code = rng.normal(size=bank.photo_code.size)
    code, own = code_apart(code - code.mean(), known)
    adaptation = StyleAdaptation(generator, None, code, own)
    for bias in adaptation.learned_variables:
        bias.assign_add(rng.normal(scale=0.4, size=bias.shape))
    adaptation.settle()
    bank.add(name, code, description="blue waves", licence="CC0-1.0")
    generator.styles = bank.to_config()
    save_models(folder, generator, model.style_encoder, model.mapping_network)
    if note:
        record = {"arguments": {"model": str(source)}, "style": name}
        (folder / "adaptation.json").write_text(json.dumps(record))
    return folder
