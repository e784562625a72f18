"""What sets an adapted model apart from the one that others have, too."""

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.low_rank_update import kernel_fingerprint

# By how much weights may differ of which one model has halves.
_RTOL, _ATOL = 2e-3, 1e-4


def common_model(model: TrainedModel) -> TrainedModel | None:
    """Find the model that one came of by `adapt`, once or several times.

    Where `adapt` left no note, as beside a preset that was packed of its run, the bundled presets
    are asked.

    Args:
        model: `TrainedModel` with named styles.

    Returns:
        `TrainedModel` whose weights are those of `model` but for the kernels of its code
        projections, or `None` if there is none.

    Raises:
        ModelError: if the model that was adapted is not there any more, or another one is.
    """
    seen, first = [str(model.source)], model
    while (source := first.adapted_from) is not None and source not in seen:
        seen.append(source)
        try:
            first = open_model(source)
        except ModelError as error:
            raise ModelError(
                f"{model.source} was adapted from {source}, which is needed to tell what was "
                f"learned, and is not there: {error}"
            ) from error
    if first is not model:
        if not _same_but_for_projections(model, first):
            raise ModelError(
                f"{model.source} was adapted from {first.source}, but what lies there now is "
                "another model"
            )
        return first
    if str(model.source) in preset_names():
        return None
    of_its_codes = (
        preset
        for preset in map(open_model, preset_names())
        if fingerprint(preset.bank) == fingerprint(model.bank)
    )
    return next((x for x in of_its_codes if _same_but_for_projections(model, x)), None)


def learned_shifts(model: TrainedModel, common: TrainedModel, code) -> dict[str, np.ndarray]:
    """Tell what layers of an adapted generator put out more under a code.

    Args:
        model: `TrainedModel`.
        common: what `common_model` found for it.
        code: (code_size,) numbers.

    Returns:
        dict of `kernel_fingerprint` in the common model to (channels,) float32.
    """
    layers, known = (x.generator.code_projections for x in (model, common))
    scale, code = model.generator.code_scale, np.asarray(code, np.float64)
    pairs = [
        (np.asarray(x.kernel), np.asarray(y.kernel)) for x, y in zip(layers, known, strict=True)
    ]
    shifts = {
        kernel_fingerprint(scale * before): np.asarray(scale * code @ (now - before), np.float32)
        for now, before in pairs
    }
    if len(shifts) < len(pairs):
        raise ModelError(f"{common.source} has equal layers, which cannot be told apart")
    return shifts


def _same_but_for_projections(model: TrainedModel, other: TrainedModel) -> bool:
    generators = model.generator, other.generator
    if fingerprint(model.bank) != fingerprint(other.bank):
        return False
    arrays = []
    for generator in generators:
        learned = {id(layer.kernel) for layer in generator.code_projections}
        arrays.append([np.asarray(x) for x in generator.weights if id(x) not in learned])
    shapes, others = ([x.shape for x in found] for found in arrays)
    return shapes == others and all(
        np.allclose(x, y, rtol=_RTOL, atol=_ATOL) for x, y in zip(*arrays, strict=True)
    )
