"""A larger generator that starts as what a smaller one has learned."""

import numpy as np

# What a new residual block adds at first, in units of the normalized features. Not 0: nothing
# would flow back through its ReLU.
_NEW_BLOCK_SCALE = 0.1


def grow(source, target) -> None:
    """Copy a trained generator into a larger one, which then draws almost the same pictures.

    Trained channels come first. New channels keep their random start, but what is trained does not
    listen to them yet: those weights are zero, and training opens them. New residual blocks stand
    behind the trained ones of their scale and whisper.

    Args:
        source: trained `Generator`.
        target: built `Generator` with as many channels and blocks or more.

    Raises:
        ValueError: if `source` is the larger one in some part.

    References:
        Chen et al. (Net2Net), 2016, https://arxiv.org/abs/1511.05641; new channels are silent
        here, not copies, so that they need no noise to become different.
    """
    trained = {_grown_weight_name(weight): np.array(weight) for weight in source.weights}
    built = {_grown_weight_name(weight): weight for weight in target.weights}
    too_large = [
        name
        for name, value in trained.items()
        if name not in built or np.any(np.greater(value.shape, built[name].shape))
    ]
    if too_large:
        raise ValueError(f"`target` must have room for `source`. Too small: {too_large[0]}.")
    for name, weight in built.items():
        if name in trained:
            weight.assign(_grown_weight(name, trained[name], np.array(weight)))
        elif "/to_scale/" in name or "/to_shift/" in name:
            quiet = _NEW_BLOCK_SCALE if name.endswith("to_scale/bias") else 0.0
            weight.assign(np.full(weight.shape, quiet, np.float32))


def _grown_weight_name(weight) -> str:
    return weight.path.partition("/")[2]


def _grown_weight(name: str, trained: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Lay trained weights into the leading corner; old outputs ignore new inputs."""
    grown = start.copy()
    # A depthwise kernel mixes no channels. Were it zero for a new one, to which what follows does
    # not listen yet either, no gradient would ever reach it.
    if trained.ndim > 1 and "/depthwise/" not in name:
        inputs, outputs = trained.shape[-2:]
        grown[..., inputs:, :outputs] = 0.0
    grown[tuple(slice(length) for length in trained.shape)] = trained
    return grown
