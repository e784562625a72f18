"""A photo on its way from one style to another: a strip of pictures, or an animation."""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from portrait_style.encoding import IMAGE_SUFFIXES
from portrait_style.image import (
    ImageSource,
    check_image_output,
    load_image,
    save_image,
    write_atomically,
)
from portrait_style.mark import SOURCE_TYPE, mark_of
from portrait_style.settings import between
from portrait_style.styles.codes import interpolate_codes
from portrait_style.styles.low_rank_update import UpdatedCode

FRAMES_RANGE = between(2, 240)
FILM_SUFFIXES = (*IMAGE_SUFFIXES, ".gif")
_MILLISECONDS, _REST = 120, 600


def interpolate(
    stylizer, source: ImageSource, start, end, frames: int = 9, size: int | None = None
) -> list[np.ndarray]:
    """Draw a photo in styles between two; equal steps on the sphere of codes.

    Args:
        stylizer: `PortraitStylizer`.
        source: the photo: path, encoded bytes, PIL image or array, see `load_image`.
        start, end: styles in any form that `PortraitStylizer.stylize` takes.
        frames: int in [2, 240], pictures, both ends included. Defaults to 9.
        size: int, pixels of the longer side, or `None` for the photo's own. Defaults to `None`.

    Returns:
        list of uint8 arrays (height, width, 3).

    Raises:
        ImageError: if the photo or a style picture cannot be used.
        ModelError: if a style is unknown.
        ArgumentError: if `frames` or `size` is out of its range.
    """
    FRAMES_RANGE.check("frames", frames)
    photo = load_image(source)
    first, last = stylizer.find_style(start), stylizer.find_style(end)
    amounts = np.linspace(0.0, 1.0, frames)
    codes = [interpolate_codes(first.code, last.code, amount) for amount in amounts]
    updates = first.updates + last.updates
    return [stylizer.stylize(photo, UpdatedCode(code, updates), size=size) for code in codes]


def save_film(
    path: str | os.PathLike, pictures, overwrite: bool = False, style: str | None = None
) -> Path:
    """Write an interpolation side by side, or as an animation that goes there and back.

    Args:
        path: where to; ".gif" makes an animation, the other image suffixes a strip.
        pictures: list of uint8 arrays of one shape (height, width, 3).
        overwrite: bool, whether an existing file may be replaced. Defaults to `False`.
        style: str, what the file says of the style beside its mark, as a comment in a GIF; `None`
            for no mark. Defaults to `None`.

    Returns:
        The path.

    Raises:
        OutputError: if the file exists and `overwrite` is false, or cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gif":
        mark = None if style is None else mark_of(style)
        return save_image(path, np.concatenate(pictures, axis=1), overwrite, mark=mark)
    check_film(path, overwrite)
    comment = "" if style is None else f"Digital source type: {SOURCE_TYPE}; style: {style}"
    write_atomically(path, _interpolation_animation(pictures, comment))
    return path


def check_film(path: str | os.PathLike, overwrite: bool = False) -> None:
    """Find out before the work whether an interpolation can be written there.

    Raises:
        OutputError: if it cannot.
    """
    check_image_output(path, overwrite, FILM_SUFFIXES)


def _interpolation_animation(pictures, comment: str) -> bytes:
    there_and_back = [*pictures, *pictures[-2:0:-1]]
    images = [Image.fromarray(picture).quantize(256) for picture in there_and_back]
    durations = [_MILLISECONDS] * len(images)
    durations[0] = durations[len(pictures) - 1] = _REST
    buffer = io.BytesIO()
    # A comment of a GIF is bytes; what is not ASCII is written out.
    images[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        comment=comment.encode("ascii", "backslashreplace"),
    )
    return buffer.getvalue()
