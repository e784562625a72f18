"""Generators that are not of this package: any network from an image to an image."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from portrait_style.errors import ModelError
from portrait_style.export.keras_2 import load_keras_file, root_reason
from portrait_style.export.program import IMAGE_SHAPE, Program

INPUT_RANGES = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))
_MULTIPLES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
# Large enough for the unpadded convolutions and deep bottlenecks of common networks.
_PROBE_SIDE = 64


def foreign_program(path: str | os.PathLike, input_range=(-1.0, 1.0)) -> Program:
    """Wrap somebody's image-to-image network, so that it can be exported like ours.

    A SavedModel holds a graph that is run as it is: load only files that you trust.

    Args:
        path: `.keras` file or SavedModel folder; one image (batch, height, width, 3) in
            and one of the same size out.
        input_range: pair of float, one of `INPUT_RANGES`: of the network's pixels, in and out.
            Defaults to (-1, 1).

    Returns:
        `Program` "foreign" with the input "photo" and the output "image", both in [-1, 1]. Where
        the network takes one size only, that size is in `inputs`, and `multiple` divides it.

    Raises:
        ModelError: if the file cannot be used, or its pixels are visibly of another range.
    """
    low, high = _checked_foreign_range(input_range)
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    network = _load_foreign_saved_model(path) if os.path.isdir(path) else _load_foreign_keras(path)
    multiple, image = _probe_foreign_network(network, lambda photo: photo * half + middle, path)
    _check_foreign_output_range(image, low, high, path)
    height, width = network.shape[1:3]

    def stylize(photo):
        _check_foreign_input_size(photo.shape, height, width, path)
        image = network.call(photo * half + middle)
        return tf.clip_by_value((image - middle) / half, -1.0, 1.0)

    shape = {"photo": (None, height, width, 3)}
    return Program("foreign", shape, "image", stylize, network.owner, multiple)


@dataclass(frozen=True)
class _ForeignNetwork:
    """Somebody's network: how to call it, what it takes, and what holds its variables."""

    call: Callable
    shape: tuple
    owner: object


def _load_foreign_keras(path) -> _ForeignNetwork:
    model = load_keras_file(path)
    # A subclassed model does not tell what it takes; then trying it out has to.
    tensors = getattr(model, "inputs", None) or [keras.KerasTensor(IMAGE_SHAPE, "float32")]
    shape = _foreign_image_shape([(t.name, t.shape, t.dtype) for t in tensors], path)
    return _ForeignNetwork(
        lambda x: _only_foreign_output(model(x, training=False), path), shape, model
    )


def _load_foreign_saved_model(path) -> _ForeignNetwork:
    if not (Path(path) / "saved_model.pb").is_file():
        raise ModelError(f"{path} holds no saved_model.pb; name a SavedModel folder")
    try:
        loaded = tf.saved_model.load(str(path))
        signatures = dict(loaded.signatures)
    except Exception as error:  # TensorFlow, too, lets through whatever a damaged file causes.
        raise ModelError(
            f"{path} cannot be loaded as a SavedModel ({root_reason(error)}); save it again"
        ) from error
    signature = _foreign_signature(signatures, path)
    specs = signature.structured_input_signature[1]
    shape = _foreign_image_shape([(n, s.shape, s.dtype.name) for n, s in specs.items()], path)
    (name,) = specs
    return _ForeignNetwork(
        lambda x: _only_foreign_output(signature(**{name: x}), path), shape, loaded
    )


def _foreign_signature(signatures: dict, path):
    if "serving_default" in signatures:
        return signatures["serving_default"]
    if len(signatures) != 1:
        raise ModelError(
            f"{path} has the signatures {', '.join(signatures) or '(none)'}; "
            "save it with one called serving_default"
        )
    return next(iter(signatures.values()))


def _foreign_image_shape(inputs: list[tuple], path) -> tuple:
    """Check that there is one input, an RGB image; return its shape."""
    if len(inputs) != 1:
        names = ", ".join(name for name, _, _ in inputs)
        raise ModelError(f"{path} takes {len(inputs)} inputs ({names}); it must take one image")
    (name, shape, dtype), *_ = inputs
    shape = tuple(shape)
    if len(shape) != 4 or shape[-1] != 3 or dtype != "float32":
        raise ModelError(
            f"{path} takes {name} of shape {shape} and type {dtype}; "
            "it must take an image (batch, height, width, 3) of type float32"
        )
    return shape


def _only_foreign_output(outputs, path):
    tensors = tf.nest.flatten(outputs)
    if len(tensors) != 1:
        raise ModelError(f"{path} gives {len(tensors)} outputs; it must give one image")
    return tf.cast(tensors[0], tf.float32)


def _probe_foreign_network(
    network: _ForeignNetwork, to_network_range: Callable, path
) -> tuple[int, np.ndarray]:
    """Find the smallest multiple of which sides must be, by trying it on noise.

    Returns:
        The multiple, and the picture drawn, in the network's range.
    """
    reason = None
    for multiple in _foreign_multiples(network.shape):
        # An odd number of times, so that it is not a multiple of the next candidate as well.
        times = -(-_PROBE_SIDE // multiple) | 1
        free = (multiple * times, multiple * (times + 2))
        sides = [fixed or side for fixed, side in zip(network.shape[1:3], free, strict=True)]
        # Two pictures at once, because exported files take any batch.
        noise = np.random.default_rng(0).uniform(-1.0, 1.0, (2, *sides, 3)).astype(np.float32)
        try:
            image = np.asarray(network.call(to_network_range(tf.constant(noise))))
        except ModelError:
            raise
        except Exception as error:  # Whatever layers say to a size that does not suit them.
            reason = root_reason(error)
            continue
        if image.shape == noise.shape:
            return multiple, image
        reason = f"{noise.shape} became {image.shape}"
    raise ModelError(
        f"{path} does not turn 2 images into 2 of the same size ({reason}); "
        "it must map an image to an image, in batches of any size"
    )


def _foreign_multiples(shape: tuple) -> tuple[int, ...]:
    fixed = [side for side in shape[1:3] if side is not None]
    if len(fixed) == 2:
        return (math.gcd(*fixed),)
    return tuple(m for m in _MULTIPLES if all(side % m == 0 for side in fixed))


def _check_foreign_input_size(shape, height: int | None, width: int | None, path) -> None:
    for side, fixed in zip(shape[1:3], (height, width), strict=True):
        if fixed is not None and side is not None and side != fixed:
            raise ModelError(
                f"{path} takes images of {width or 'any'}x{height or 'any'} pixels only; "
                "choose this size"
            )


def _checked_foreign_range(input_range) -> tuple[float, float]:
    if tuple(input_range) not in INPUT_RANGES:
        known = ", ".join(f"({low:g}, {high:g})" for low, high in INPUT_RANGES)
        raise ModelError(
            f"the input range {tuple(input_range)} is not known; choose one of {known}"
        )
    low, high = input_range
    return float(low), float(high)


def _check_foreign_output_range(image: np.ndarray, low: float, high: float, path) -> None:
    """Refuse what can only be a wrong range: pixels far outside it, or 0..255 that stay dark."""
    least, most = float(image.min()), float(image.max())
    width = high - low
    inside = low - width <= least and most <= high + width
    dark = high == 255.0 and 0.0 < most - least <= 2.0 and most <= 1.0
    # A comparison with NaN is false, so NaN is refused as well.
    if not inside or dark:
        raise ModelError(
            f"{path} draws pixels in [{least:.3g}, {most:.3g}] when given [{low:g}, {high:g}]; "
            "choose its own input range"
        )
