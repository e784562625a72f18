"""What a step may be given: photos, and what they are to look like or to become, checked."""

from collections.abc import Mapping

import keras
import numpy as np
from keras import ops

from portrait_style.models.generator import Generator
from portrait_style.training.step.window import MARGIN

NAMES = ("photo", "style")
TARGET = "target"
# Of the style that a target is of, where it is known.
TARGET_CODE = "target_code"


def as_batch(data) -> dict:
    """Make of what Keras hands to a step what the step computes with.

    Args:
        data: {"photo", "style"}, {"photo", "target"}, all three, or (photo, style); each with the
            `None` that Keras puts in the place of targets and sample weights.

    Returns:
        The dict: float32, (batch, height, width, 3) each; of all three, the first photos belong to
        the targets, the others to the style pictures.

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
        A batch, as `as_batch` gives it.

    Raises:
        ValueError, TypeError: as `check_batch`, or if sides are not known beforehand, or are too
            small for the window.
    """
    batch = as_batch(data)
    for name in [x for x in NAMES if x in batch] if adaptive else ("photo",):
        shape = tuple(batch[name].shape)
        if None in shape[1:3]:
            raise ValueError(
                f"`{name}` must have a height and a width that are known before the first step: "
                f"give them to the dataset by `tf.ensure_shape`. Received: {name}.shape={shape}."
            )
        # The window leaves a margin out, and something must be left to see.
        _check_batch_sides(name, shape, 2 * MARGIN if name == "photo" else MARGIN)
    return batch


def split_batch(batch: dict) -> tuple[dict | None, dict | None]:
    """Part a batch into pairs, {"photo", "target"}, and {"photo", "style"}; `None` for neither."""
    if TARGET not in batch:
        return None, batch
    if "style" not in batch:
        return batch, None
    photo, target = batch["photo"], batch[TARGET]
    count = target.shape[0] or ops.shape(target)[0]
    paired = {"photo": photo[:count], TARGET: target}
    if TARGET_CODE in batch:
        paired[TARGET_CODE] = batch[TARGET_CODE]
    return paired, {"photo": photo[count:], "style": batch["style"]}


def references(batch: dict):
    """Return the pictures of a batch that tell each photo's style: targets, then style pictures."""
    found = [batch[name] for name in (TARGET, "style") if name in batch]
    return found[0] if len(found) == 1 else ops.concatenate(found, axis=0)


def check_batch(data) -> dict:
    """Find the pictures of a batch by name, as they are, and check what is known of them.

    Args:
        data: as for `as_batch`.

    Returns:
        "photo", and "target", "style" or both; also "target_code", (targets, code_size), if given.

    Raises:
        ValueError: if one is missing, is no batch of RGB pictures or has sides that the networks
            cannot halve often enough, if there is anything else, or if they differ in number.
        TypeError: if the pixels are not of floating point.
    """
    pair = {
        name: image if hasattr(image, "shape") else np.asarray(image)
        for name, image in _named_batch(data).items()
    }
    shapes = {
        name: _checked_batch_shape(name, image)
        for name, image in pair.items()
        if name != TARGET_CODE
    }
    _check_batch_sides("photo", shapes["photo"])
    if TARGET in shapes and shapes[TARGET][1:] != shapes["photo"][1:]:
        raise ValueError(
            "`target` must be of the photos' height and width, the same view: cut both alike. "
            f"Received: photo.shape={shapes['photo']} and target.shape={shapes[TARGET]}."
        )
    if "style" in shapes and min(_known_batch_sides(shapes["style"][1:3]), default=MARGIN) < MARGIN:
        raise ValueError(
            f"`style` must have sides of {MARGIN} pixels or more: enlarge the style pictures. "
            f"Received: style.shape={shapes['style']}."
        )
    _check_batch_counts({name: shape[0] for name, shape in shapes.items()})
    return pair


def _check_batch_counts(counts: dict) -> None:
    photos, *others = counts.values()
    if None in counts.values() or photos == sum(others):
        return
    if TARGET not in counts:
        raise ValueError(
            "`style` must hold as many pictures as `photo`: each photo is drawn in the style of "
            f"the picture beside it. Received: {photos} photos and {others[0]} style pictures."
        )
    raise ValueError(
        "`photo` must hold as many pictures as `target` and `style` together, those of the targets "
        f"first. Received: {', '.join(f'{count} of {name}' for name, count in counts.items())}."
    )


def _named_batch(data) -> dict:
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
    if set(x) - {TARGET_CODE} not in ({*NAMES}, {"photo", TARGET}, {*NAMES, TARGET}):
        raise ValueError(
            "`x` must have the key 'photo' and one or both of 'target' and 'style', and no others: "
            "rename or drop them. "
            f"Received: keys {', '.join(map(repr, sorted(x, key=str))) or 'none'}."
        )
    return {name: x[name] for name in ("photo", TARGET, "style", TARGET_CODE) if name in x}


def _checked_batch_shape(name: str, image) -> tuple:
    """Return the shape, with `None` where it is not known, of pictures that can be used."""
    rank_known = getattr(image.shape, "rank", 0) is not None
    shape = tuple(image.shape) if rank_known else None
    if shape is None or len(shape) != 4 or shape[0] == 0 or shape[-1] != 3:
        raise ValueError(
            f"`{name}` must be RGB pictures of shape (batch, height, width, 3), known beforehand: "
            "stack single pictures, repeat the channel of grey ones, drop transparency. "
            f"Received: {name}.shape={image.shape}."
        )
    if not _is_float_batch(image.dtype):
        raise TypeError(
            f"`{name}` must be of floating point, RGB in [-1, 1]: scale bytes by x / 127.5 - 1. "
            f"Received: {name}.dtype={getattr(image.dtype, 'name', image.dtype)}."
        )
    return shape


def _is_float_batch(dtype) -> bool:
    try:
        return keras.backend.is_float_dtype(keras.backend.standardize_dtype(dtype))
    except ValueError:  # text and objects have no place in Keras
        return False


def _check_batch_sides(name: str, shape: tuple, smallest: int = 0) -> None:
    multiple = Generator.multiple
    if any(side % multiple or side < smallest for side in _known_batch_sides(shape[1:3])):
        least = f", {smallest} pixels or more in training" if smallest else ""
        raise ValueError(
            f"`{name}` must have sides that are multiples of {multiple}{least}: crop or resize the "
            f"pictures. Received: {name}.shape={shape}."
        )


def _known_batch_sides(sides: tuple) -> list:
    return [side for side in sides if side is not None]
