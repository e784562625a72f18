"""Where the face is, read off the maps of the compact perceptual network."""

import functools
from importlib import resources

import numpy as np
from keras import ops

# The map of the compact network that is read, at 1/8 of the picture's size.
BLOCK = 4
WEIGHTS = "face_map.npz"


def face_map(features):
    """Estimate for each place whether it belongs to a face.

    A linear probe with a logistic function (Alain and Bengio, 2016,
    https://arxiv.org/abs/1610.01644), averaged over neighbouring places; made by
    `portrait_style.training.fitting.face_map_fit`.

    Args:
        features: list of maps of the compact perceptual network.

    Returns:
        (batch, height / 8, width / 8, 1) in (0, 1).
    """
    kernel, bias = _face_map_weights()
    features = ops.cast(features[BLOCK - 1], "float32")
    logits = ops.matmul(face_map_inputs(features), kernel[:, None]) + bias
    return smooth_face_map(ops.sigmoid(logits))


def face_map_inputs(features):
    """What the probe reads of a map: its logarithm, so that no channel is loud."""
    return ops.log1p(features)


def smooth_face_map(places):
    """Average over 3 by 3 places; at the edge, over those that there are."""
    return ops.average_pool(places, 3, 1, padding="same")


@functools.cache
def _face_map_weights() -> tuple[np.ndarray, np.ndarray]:
    source = resources.files("portrait_style.models") / "weights" / WEIGHTS
    with source.open("rb") as file, np.load(file) as archive:
        return archive["kernel"].astype("float32"), archive["bias"].astype("float32")
