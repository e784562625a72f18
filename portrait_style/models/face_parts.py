"""Where a face, its eyes and its mouth are, and how large it is, by a small network of our own."""

import functools
from importlib import resources
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from portrait_style.image import resize_longer_side, to_model_range
from portrait_style.models.feature_extractor import FeatureExtractor

# The map of the compact perceptual network that is read, at 1/8 of the picture's size.
BLOCK = 4
CELL = 2 ** (BLOCK - 1)
# Pixels of the longer side at which faces are looked for.
SEARCHED = 256
# A face in distances of its eyes: half its width from ear to ear, half its height from the hair to
# below the chin.
HALF_WIDTH, HALF_HEIGHT = 1.5, 1.9
WEIGHTS = "face_parts.npz"
# Least probability at the surest place; below, there is no face.
MIN_CONFIDENCE = 0.5
_CHANNELS, _DILATIONS = 32, (1, 2, 4, 2, 1)


class FaceParts(NamedTuple):
    """The face in a picture of (height, width) pixels; of several, all of them.

    Attributes:
        face: float32 (height, width) in 0..1, 1 on the ellipse of a face.
        features: float32 (height, width) in 0..1, 1 at eyes and mouth.
        height: float, pixels of the largest face from the hair to below the chin, or `None` where
            no face is found.
    """

    face: np.ndarray
    features: np.ndarray
    height: float | None


def find_face(image: np.ndarray) -> FaceParts:
    """Find faces, from about a quarter of the picture's height to all of it.

    Args:
        image: uint8 (height, width, 3).

    Returns:
        `FaceParts`.
    """
    small = resize_longer_side(image, SEARCHED)
    height, width = small.shape[:2]
    bottom, right = (-side % 16 for side in (height, width))
    padded = np.pad(small, ((0, bottom), (0, right), (0, 0)), mode="edge")
    places = _face_parts_network().predict_on_batch(to_model_range(padded)[None])[0]
    if places[..., 0].max() < MIN_CONFIDENCE:
        nowhere = np.zeros(image.shape[:2], np.float32)
        return FaceParts(nowhere, nowhere, None)
    scale = max(image.shape[:2]) / SEARCHED
    face, features = (
        _enlarged_face_parts(places[..., i], padded.shape[:2], (height, width), image.shape[:2])
        for i in range(2)
    )
    return FaceParts(face, features, scale * _face_height(places))


def face_parts_head() -> keras.Sequential:
    """Build what reads the compact network's map: five 3x3 convolutions, widened by dilation.

    Its three outputs a place are logits of the face and of eyes and mouth, and the logarithm of the
    distance of the eyes in cells.

    References:
        Yu and Koltun (dilated convolutions), 2016, https://arxiv.org/abs/1511.07122
    """
    layers = [
        keras.Input((None, None, 512)),
        keras.layers.Conv2D(_CHANNELS, 1, activation="relu"),
    ]
    for dilation in _DILATIONS:
        layers.append(
            keras.layers.Conv2D(
                _CHANNELS, 3, padding="same", dilation_rate=dilation, activation="relu"
            )
        )
    return keras.Sequential([*layers, keras.layers.Conv2D(3, 1)])


def face_parts_inputs(features):
    """What the head reads of the compact network's maps: a logarithm, so that none is loud."""
    return ops.log1p(ops.cast(features[BLOCK - 1], "float32"))


@functools.cache
def _face_parts_network() -> keras.Model:
    """From a picture to the face, eyes and mouth, both in 0..1, and the size."""
    extractor, head = FeatureExtractor("compact", num_blocks=BLOCK), face_parts_head()
    source = resources.files("portrait_style.models") / "weights" / WEIGHTS
    with source.open("rb") as file, np.load(file) as archive:
        head.set_weights([archive[name].astype(np.float32) for name in archive.files])

    image = keras.Input((None, None, 3))
    face, features, size = ops.split(head(face_parts_inputs(extractor(image))), 3, axis=-1)
    # Dilation leaves gaps in the ellipse.
    face = ops.average_pool(ops.sigmoid(face), 3, 1, padding="same")
    return keras.Model(image, ops.concatenate([face, ops.sigmoid(features), size], axis=-1))


def _face_height(places: np.ndarray) -> float:
    """Average the size over the surest places of the largest face and its parts, in pixels."""
    face, size = places[..., 0], CELL * np.exp(np.clip(places[..., 2], -2.0, 4.0))
    # Where two faces are, the larger counts. Eyes and mouth know the size best.
    surely = np.clip(face - 0.8 * MIN_CONFIDENCE, 0.0, None) * (places[..., 1] + 1e-3)
    weight = (surely * size) ** 2
    return float(2.0 * HALF_HEIGHT * (weight * size).sum() / weight.sum())


def _enlarged_face_parts(places, padded, small, size) -> np.ndarray:
    """Bring cells to pixels, and cut what was padded."""
    whole = ops.image.resize(places[..., None], padded, interpolation="bicubic")
    cut = np.array(whole)[: small[0], : small[1]]
    return np.clip(np.array(ops.image.resize(cut, size, interpolation="bilinear")), 0.0, 1.0)[
        ..., 0
    ]
