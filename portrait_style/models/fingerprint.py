"""Telling whether two codes were read off by one and the same network."""

import hashlib

import numpy as np


def fingerprint(model) -> str:
    """Sum up a model's weights in 16 hexadecimal digits.

    Rounded to half precision first, as presets keep them: a run and the preset that was made of it
    have the same.

    Args:
        model: built `keras.Model`.
    """
    digest = hashlib.sha256()
    for variable in model.weights:
        with np.errstate(over="ignore"):
            digest.update(np.asarray(variable).astype("<f2").tobytes())
    return digest.hexdigest()[:16]
