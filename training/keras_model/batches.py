"""What a step may be given: {"photo", "style"}, checked before anything is computed of it."""

from collections.abc import Mapping

import keras
import numpy as np
from keras import ops

from portrait_style.models.generator import Generator
from portrait_style.training.step.window import MARGIN

NAMES = ("photo", "style")


def as_batch(data) -> dict:
    """Make of what Keras hands to a step what the step computes with.

    Args:
        data: {"photo", "style"} or (photo, style); either with the `None` that Keras puts in the
            place of targets and sample weights.

    Returns:
        {"photo", "style"}: float32, (batch, height, width, 3) each.

    Raises:
        ValueError, TypeError: as `check_batch`.
    """
    return {name: ops.cast(image, "float32") for name, image in check_batch(data).items()}


def as_training_batch(data, adaptive=False) -> dict:
    """Make a batch as `as_batch` does, for a training step, which looks through a window.

    Args:
        data: as for `as_batch`.
        adaptive: bool, whether style pictures are augmented, too, in cells of 16 pixels. Defaults
            to `False`.

    Returns:
        {"photo", "style"}: float32, (batch, height, width, 3) each.

    Raises:
        ValueError, TypeError: as `check_batch`, or if sides are not known beforehand, or are too
            small for the window.
    """
    batch = as_batch(data)
    for name in NAMES if adaptive else ("photo",):
        shape = tuple(batch[name].shape)
        if None in shape[1:3]:
            raise ValueError(
                f"`{name}` must have a height and a width that are known before the first step: "
                f"give them to the dataset by `tf.ensure_shape`. Received: {name}.shape={shape}."
            )
        # The window leaves a margin out, and something must be left to see.
        _check_sides(name, shape, 2 * MARGIN if name == "photo" else MARGIN)
    return batch


def check_batch(data) -> dict:
    """Find photos and style pictures in a batch, as they are, and check what is known of them.

    Args:
        data: as for `as_batch`.

    Returns:
        {"photo", "style"}.

    Raises:
        ValueError: if one is missing, is no batch of RGB pictures or has sides that the networks
            cannot halve often enough, if there is more than the two, or if they differ in number.
        TypeError: if the pixels are not of floating point.
    """
    pair = {
        name: image if hasattr(image, "shape") else np.asarray(image)
        for name, image in _named(data).items()
    }
    shapes = {name: _checked_shape(name, image) for name, image in pair.items()}
    _check_sides("photo", shapes["photo"])
    if min(_known(shapes["style"][1:3]), default=MARGIN) < MARGIN:
        raise ValueError(
            f"`style` must have sides of {MARGIN} pixels or more: enlarge the style pictures. "
            f"Received: style.shape={shapes['style']}."
        )
    counts = [shape[0] for shape in shapes.values()]
    if None not in counts and len(set(counts)) > 1:
        raise ValueError(
            "`style` must hold as many pictures as `photo`: each photo is drawn in the style of "
            f"the picture beside it. Received: {counts[0]} photos and {counts[1]} style pictures."
        )
    return pair


def _named(data) -> dict:
    """Give photos and style pictures their names."""
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
    if sample_weight is not None:
        raise ValueError(
            "`sample_weight` must be None, and so must `class_weight`: every pair counts alike. "
            f"Received: sample_weight of type {type(sample_weight).__name__}."
        )
    if not isinstance(x, Mapping):
        if y is None:
            raise ValueError(
                "`x` must be {'photo', 'style'}, or the photos where `y` is the style pictures. "
                f"Received: x of type {type(x).__name__} and y=None."
            )
        return dict(zip(NAMES, (x, y), strict=True))
    if y is not None:
        raise ValueError(
            "`y` must be None where `x` is {'photo', 'style'}: nothing is labelled. "
            f"Received: y of type {type(y).__name__}."
        )
    if set(x) != set(NAMES):
        raise ValueError(
            "`x` must have the keys 'photo' and 'style', and no others: rename or drop them. "
            f"Received: keys {', '.join(map(repr, sorted(x, key=str))) or 'none'}."
        )
    return {name: x[name] for name in NAMES}


def _checked_shape(name: str, image) -> tuple:
    """Return the shape, with `None` where it is not known, of pictures that can be used."""
    rank_known = getattr(image.shape, "rank", 0) is not None
    shape = tuple(image.shape) if rank_known else None
    if shape is None or len(shape) != 4 or shape[0] == 0 or shape[-1] != 3:
        raise ValueError(
            f"`{name}` must be RGB pictures of shape (batch, height, width, 3), known beforehand: "
            "stack single pictures, repeat the channel of grey ones, drop transparency. "
            f"Received: {name}.shape={image.shape}."
        )
    if not _is_float(image.dtype):
        raise TypeError(
            f"`{name}` must be of floating point, RGB in [-1, 1]: scale bytes by x / 127.5 - 1. "
            f"Received: {name}.dtype={getattr(image.dtype, 'name', image.dtype)}."
        )
    return shape


def _is_float(dtype) -> bool:
    try:
        return keras.backend.is_float_dtype(keras.backend.standardize_dtype(dtype))
    except ValueError:  # text and objects have no place in Keras
        return False


def _check_sides(name: str, shape: tuple, smallest: int = 0) -> None:
    multiple = Generator.multiple
    if any(side % multiple or side < smallest for side in _known(shape[1:3])):
        least = f", {smallest} pixels or more in training" if smallest else ""
        raise ValueError(
            f"`{name}` must have sides that are multiples of {multiple}{least}: crop or resize the "
            f"pictures. Received: {name}.shape={shape}."
        )


def _known(sides: tuple) -> list:
    return [side for side in sides if side is not None]
