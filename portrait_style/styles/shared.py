"""A style as one file, to hand on: its code, what it adds to the networks, and what to know of it.

The file is a zip archive of `style.json` and `thumbnail.png`; nothing in it is unpacked to disk.
"""

import io
import json
import os
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from portrait_style.decoding import readable_image
from portrait_style.encoding import encode_image
from portrait_style.errors import ImageError, OutputError, SharedStyleError
from portrait_style.image import load_image
from portrait_style.mark import mark_of
from portrait_style.medium import Medium
from portrait_style.output_files import check_output_file, write_atomically
from portrait_style.styles.bank import StyleBank, check_line_of_text
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.low_rank_update import LowRankUpdate, exact_numbers, finite_numbers

SUFFIX = ".style"
FORMAT, FORMAT_VERSION = "portrait-style style", 1
_DESCRIPTION, _THUMBNAIL = "style.json", "thumbnail.png"
# Bytes of a whole file, and of each part of it unpacked; far more than any style needs.
MOST_BYTES = 8 << 20
# Pixels of a thumbnail's side, and how many times as long as the code of photographs a code may be.
LARGEST_THUMBNAIL, LONGEST_CODE = 1024, 10.0
# The earliest day that a zip archive knows: equal styles are equal bytes on every day.
_DATE = (1980, 1, 1, 0, 0, 0)
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    EOFError,
    RuntimeError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
    ImageError,
)


@dataclass(frozen=True, eq=False)
class SharedStyle:
    """A style that somebody hands on.

    Attributes:
        name: str, one line.
        code: (code_size,) float32.
        model: str, `fingerprint` of the model whose code this is.
        thumbnail: uint8 array (height, width, 3), a face drawn in it.
        description: str, one line on what it looks like, or `None`.
        licence: str, one line on the terms of the pictures that it was learned from, or `None`.
        medium: `Medium` that its pictures can be drawn on, or `None`.
        update: `LowRankUpdate` of the model's generator, or `None`.
    """

    name: str
    code: np.ndarray
    model: str
    thumbnail: np.ndarray
    description: str | None = None
    licence: str | None = None
    medium: Medium | None = None
    update: LowRankUpdate | None = None

    def to_bytes(self) -> bytes:
        """Content of the file; that of equal styles is equal."""
        content = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "name": self.name,
            "description": self.description,
            "licence": self.licence,
            "medium": self.medium.to_config() if self.medium else None,
            "model": self.model,
            "code": exact_numbers(self.code),
            "update": self.update.to_config() if self.update else None,
        }
        parts = {
            _DESCRIPTION: f"{json.dumps(content, ensure_ascii=False)}\n".encode(),
            _THUMBNAIL: encode_image(self.thumbnail, ".png", mark=mark_of(self.name)),
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, part in parts.items():
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, part)
        return buffer.getvalue()

    def save(self, path: str | os.PathLike, overwrite: bool = False) -> None:
        """Write the file whole or not at all.

        Raises:
            OutputError: if it exists and `overwrite` is false, or cannot be written.
        """
        check_shared_output(path, overwrite)
        write_atomically(path, self.to_bytes(), overwrite)


def is_shared_style(style) -> bool:
    """Tell by its ending whether a style is the path of a shared one."""
    return isinstance(style, str | os.PathLike) and os.fspath(style).endswith(SUFFIX)


def check_shared_output(path: str | os.PathLike, overwrite: bool = False) -> None:
    """Find out before the work whether a style can be written there.

    Raises:
        OutputError: if the name does not end with .style, the file exists and `overwrite` is
            false, or the folder cannot be written.
    """
    if not is_shared_style(path):
        raise OutputError(f"{path} must end with {SUFFIX}")
    check_output_file(path, overwrite)


def read_shared_style(path: str | os.PathLike, bank: StyleBank | None = None) -> SharedStyle:
    """Read a style that somebody handed on.

    Args:
        path: of its file.
        bank: `StyleBank` of the model that is to draw it, or `None` for any.

    Raises:
        SharedStyleError: if it is missing, damaged, no such file, or of another model.
    """
    if not os.path.isfile(path):
        raise SharedStyleError(f"{path} does not exist; check the path")
    try:
        content, thumbnail = _read_parts(path)
        style = _parsed_shared_style(content, thumbnail, str(path))
    except _DAMAGE as error:
        raise SharedStyleError(
            f"{path} is not a usable style ({_shared_error_reason(error)}); get it again"
        ) from error
    if bank is not None:
        _check_model(style, bank, path)
    return style


def _check_model(style: SharedStyle, bank: StyleBank, path) -> None:
    if style.model != fingerprint(bank):
        raise SharedStyleError(
            f"{path} was made for other networks; name the model it was made with by --model"
        )
    size, known = bank.photo_code.size, np.linalg.norm(bank.photo_code)
    if style.code.size != size or np.linalg.norm(style.code) > LONGEST_CODE * known:
        raise SharedStyleError(f"{path} must hold a code of {size} numbers as the model has them")
    if style.update is not None and style.update.direction.size != size:
        raise SharedStyleError(f"{path} must hold an update for codes of {size} numbers")


def _read_parts(path) -> tuple[dict, bytes]:
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES >> 20} MB")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [entry.filename for entry in archive.infolist()]
        if sorted(names) != sorted((_DESCRIPTION, _THUMBNAIL)):
            raise ValueError(f"it must hold {_DESCRIPTION} and {_THUMBNAIL}, nothing else")
        text, thumbnail = (_read_part(archive, name) for name in (_DESCRIPTION, _THUMBNAIL))
    return json.loads(text), thumbnail


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a part, however large it says that it is."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("an unknown compression")
    with archive.open(name) as part:
        data = part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{name} has more than {MOST_BYTES >> 20} MB")
    return data


def _parsed_shared_style(content: dict, thumbnail: bytes, source: str) -> SharedStyle:
    if content.get("format") != FORMAT:
        raise ValueError("another kind of file")
    if content["version"] != FORMAT_VERSION:
        raise ValueError(f"format {content['version']}, this version reads {FORMAT_VERSION}")
    check_line_of_text("name", content["name"])
    for key in ("description", "licence"):
        if content[key] is not None:
            check_line_of_text(key, content[key])
    medium, update = content["medium"], content["update"]
    return SharedStyle(
        name=content["name"],
        code=finite_numbers(content["code"]),
        model=content["model"],
        thumbnail=_parsed_thumbnail(thumbnail),
        description=content["description"],
        licence=content["licence"],
        medium=Medium.from_config(medium) if medium is not None else None,
        update=LowRankUpdate.from_config(update, source) if update is not None else None,
    )


def _parsed_thumbnail(data: bytes) -> np.ndarray:
    # Only the header is read here: what unpacks to millions of pixels is not unpacked.
    with readable_image(_THUMBNAIL), Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        if max(picture.size) > LARGEST_THUMBNAIL:
            raise ImageError(f"{_THUMBNAIL} has a side of more than {LARGEST_THUMBNAIL} pixels")
    return load_image(data)


def _shared_error_reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:100]
