"""Handing a style on: one file that draws the same with the model that others have, too."""

import os
from pathlib import Path

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.image import crop_square, load_image
from portrait_style.image_folder import bundled_photos
from portrait_style.model_files.common_model import common_model, learned_shifts
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.styles.bank import check_line_of_text
from portrait_style.styles.codes import code_apart
from portrait_style.styles.expression import Mix, parse_style
from portrait_style.styles.file_kinds import SharedFileStyle
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.kinds import NamedStyle
from portrait_style.styles.low_rank_update import LowRankUpdate, UpdatedCode, shifts_under
from portrait_style.styles.shared import SharedStyle, check_shared_output
from portrait_style.stylizer import PortraitStylizer

# Of the faces that come with the package, and how large it is drawn.
FACE, THUMBNAIL_SIDE = "faker-female-13.jpg", 192
# Less than this is what rounding leaves of a kernel, not what was learned.
_LEAST_SHIFT = 1e-4


def share_style(
    model: str | os.PathLike,
    style,
    output: str | os.PathLike,
    overwrite: bool = False,
    **told,
) -> Path:
    """Write a style as one file, which draws wherever a style's name does.

    Args:
        model: name of a preset, or path of a model. One that `adapt` wrote is compared with the
            model that it came of: that is the one that others need.
        style: of the model, in any form that `PortraitStylizer.stylize` takes.
        output: path that ends with .style.
        overwrite: bool, whether an existing file may be replaced. Defaults to `False`.
        **told: `name`, `description` and `licence`, as for `shared_style`.

    Returns:
        The path.

    Raises:
        ModelError: if the model names no styles, or that which it came of is not there.
        OutputError: if the file exists and `overwrite` is false, or cannot be written.
        PortraitStyleError: if the style cannot be used.
    """
    check_shared_output(output, overwrite)
    opened = open_model(model)
    asked = style_to_share(opened, style)
    shared_style(opened, PortraitStylizer.of(opened), asked, **told).save(output, overwrite)
    return Path(output)


def style_to_share(model: TrainedModel, style) -> Mix:
    """Read a style, and find out without networks whether it will do.

    Args:
        model: `TrainedModel`.
        style: as for `share_style`.

    Raises:
        ModelError: if the model names no styles, or not this one.
        PortraitStyleError: if the style cannot be used.
    """
    if model.bank is None:
        raise ModelError(
            f"{model.source} names no styles, by which files tell whose codes they hold; name a "
            "preset or a finished run"
        )
    asked = parse_style(style, model.bank.names)
    asked.check(model.bank)
    return asked


def shared_style(
    model: TrainedModel,
    stylizer: PortraitStylizer,
    style: Mix,
    name: str | None = None,
    description: str | None = None,
    licence: str | None = None,
) -> SharedStyle:
    """Gather what goes into the file of a style.

    Args:
        model: `TrainedModel`.
        stylizer: `PortraitStylizer` of it.
        style: `Mix`, as `style_to_share` read it.
        name: str, one line, or `None` for what the style is called.
        description: str, one line on what it looks like, or `None` for what is known.
        licence: str, one line on the terms of the pictures that it was learned from, or `None` for
            what is known.

    Raises:
        ArgumentError: if a text is not one line.
        ModelError: if the model that this one came of is not there, or another one is.
    """
    name = _name_of(style) if name is None else name
    for argument, text in (("name", name), ("description", description), ("licence", licence)):
        if text is not None:
            check_line_of_text(argument, text)
    found = stylizer.find_style(style)
    alone = style.terms[0].style if len(style.terms) == 1 else None
    known = {} if alone is None else alone.details(model.bank)
    face = crop_square(load_image(bundled_photos() / FACE), THUMBNAIL_SIDE)
    return SharedStyle(
        name=name,
        code=found.code,
        model=str(fingerprint(model.bank)),
        thumbnail=stylizer.stylize(face, found),
        description=description or known.get("description"),
        licence=licence or style.licence(model.bank),
        medium=known.get("medium"),
        update=_update_to_share(model, found),
    )


def _name_of(style: Mix) -> str:
    """What a style is called; what is mixed or varied is called as it was asked for."""
    first = style.terms[0].style
    is_whole = len(style.terms) == 1 and isinstance(first, NamedStyle | SharedFileStyle)
    return first.name if is_whole and first.name is not None else style.label


def _update_to_share(model: TrainedModel, found: UpdatedCode) -> LowRankUpdate | None:
    """Say what others must add to the model that they have."""
    common = common_model(model)
    if common is not None:
        scale, shifts = model.generator.code_scale, learned_shifts(model, common, found.code)
    elif found.updates:
        scale, shifts = found.updates[0].code_scale, shifts_under(found.code, found.updates)
    else:
        return None
    if max(np.abs(shift).max() for shift in shifts.values()) < _LEAST_SHIFT:
        return None
    bank = (common or model).bank
    others = [bank.photo_code, *(bank.code(name) for name in bank.names)]
    # All of the code's own part, however small: what was learned lies along it.
    _, direction = code_apart(found.code, others, share=1e-6)
    return LowRankUpdate(direction, float(scale), shifts)
