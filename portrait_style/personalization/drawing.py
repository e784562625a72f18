"""The pictures of a round, as files: each by itself, and all of them numbered on a sheet."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from portrait_style.encoding import encode_image
from portrait_style.errors import OutputError
from portrait_style.image import check_image_output
from portrait_style.reports.sheet import contact_sheet

SHEET = "sheet.png"
_COLUMNS, _CELL = 3, 256


def round_folder(output: str | os.PathLike, number: int, overwrite: bool = False) -> Path:
    """Name the folder of a round's drawings, and make sure that it can be written.

    Args:
        output: folder of the session.
        number: int, of the round.
        overwrite: bool, whether an existing folder may be replaced. Defaults to `False`.

    Raises:
        OutputError: if it exists and `overwrite` is false, or cannot be written.
    """
    folder = Path(output) / f"round-{number}"
    if os.path.lexists(folder) and not (overwrite and folder.is_dir()):
        raise OutputError(f"{folder} exists; choose another --output or pass --overwrite")
    check_image_output(folder / SHEET, overwrite)
    return folder


def draw_round(stylizer, photos: dict[str, np.ndarray], codes, size: int) -> dict[str, bytes]:
    """Draw photos by every code of a round.

    Args:
        stylizer: `PortraitStylizer`.
        photos: dict of name to uint8 array (height, width, 3).
        codes: (shown, code_size).
        size: int, pixels of the longer side of the pictures.

    Returns:
        dict of file name to PNG bytes: the sheet, and a picture a code for each photo; with several
        photos, the photo's name follows the number.
    """
    drawn = {
        name: [stylizer.stylize(photo, code, size=size) for code in codes]
        for name, photo in photos.items()
    }
    files = {SHEET: encode_image(_round_sheet(list(drawn.values())), ".png")}
    for name, pictures in drawn.items():
        for number, picture in enumerate(pictures, start=1):
            stem = str(number) if len(photos) == 1 else f"{number}-{name}"
            files[f"{stem}.png"] = encode_image(picture, ".png")
    return files


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write a round's drawings as a folder, whole or not at all; one that is there is replaced.

    Raises:
        OutputError: if it cannot be written.
    """
    temporary = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".portrait-style-"))
        made = temporary / "new"
        made.mkdir()
        for name, data in files.items():
            (made / name).write_bytes(data)
        if folder.exists():
            folder.rename(temporary / "old")
        made.rename(folder)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _round_sheet(rows: list[list[np.ndarray]]) -> np.ndarray:
    """Lay a round's drawings out: one photo in rows of three, several in a row each."""
    if len(rows) > 1:
        return contact_sheet(rows, [str(number + 1) for number in range(len(rows[0]))], _CELL)
    (pictures,) = rows
    starts = range(0, len(pictures), _COLUMNS)
    return np.concatenate(
        [
            contact_sheet(
                [[*pictures[start : start + _COLUMNS], *[None] * _COLUMNS][:_COLUMNS]],
                [str(number + 1) for number in range(start, min(start + _COLUMNS, len(pictures)))],
                _CELL,
            )
            for start in starts
        ]
    )
