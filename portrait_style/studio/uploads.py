"""What visitors send: names made fit to show, limits, photos made ready to be kept."""

import io
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from fastapi import UploadFile
from PIL import Image, UnidentifiedImageError

from portrait_style.decoding import MIN_SIDE, decode_image, readable_image
from portrait_style.encoding import encode_image
from portrait_style.errors import ArgumentError, ImageError, PortraitStyleError
from portrait_style.image import resize_longer_side
from portrait_style.studio.archives import Upload, archived_pictures, is_archive
from portrait_style.studio.settings import Limits
from portrait_style.transparency import with_alpha

LONGEST_NAME = 120
THUMBNAIL_SIDE, THUMBNAIL_QUALITY = 320, 85
# Joiners: parts of words and of emoji.
_JOINERS = "\u200c\u200d"
# A large picture takes some hundred megabytes while it is read.
_READING = threading.BoundedSemaphore(2)


class UploadLimitError(PortraitStyleError):
    """More was sent than is taken at once."""


@dataclass(frozen=True)
class ReadyPicture:
    """A picture as it is kept: upright, sRGB, without metadata.

    Args:
        name: str, to show.
        data: bytes of the file.
        suffix: str, ".jpg" or ".png".
        width: int, pixels.
        height: int, pixels.
        thumbnail: bytes of a JPEG file, of at most 320 pixels.
    """

    name: str
    data: bytes
    suffix: str
    width: int
    height: int
    thumbnail: bytes


def shown_text(text: str, longest: int = LONGEST_NAME) -> str:
    """Take from a text what cannot be seen, or turns round what comes after it, and cut it.

    Args:
        text: str, as it was typed or sent.
        longest: int, characters. Defaults to 120.

    Returns:
        str on one line; it may be empty.
    """
    kept = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace()
        or character in _JOINERS
        or not unicodedata.category(character).startswith("C")
    )
    return " ".join(kept.split())[:longest].strip()


def shown_name(name: str | None) -> str:
    """Make the name of a file fit to show: without folders; "picture" where nothing is left."""
    last = (name or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    return shown_text(last) or "picture"


def needed_name(text: str, what: str) -> str:
    """Take a name that somebody typed.

    Args:
        text: str.
        what: str, what errors call it, such as "a project".

    Raises:
        ArgumentError: if nothing is left to show.
    """
    name = shown_text(text)
    if not name:
        raise ArgumentError(f"{what} needs a name")
    return name


def sent_pictures(files: Sequence[UploadFile], limits: Limits) -> list[Upload]:
    """List the pictures that were sent: files as they are, and those in zip archives.

    They are read one by one, while the files are open.

    Raises:
        ArgumentError: if an archive is refused, see `archived_pictures`.
        UploadLimitError: if there are more files than are taken at once.
    """
    found = [upload for file in files for upload in _pictures_of(file, limits)]
    if len(found) > limits.files:
        raise UploadLimitError(
            f"{len(found)} pictures were sent; at most {limits.files} are taken at once"
        )
    return found


def _pictures_of(file: UploadFile, limits: Limits) -> Iterator[Upload]:
    name = shown_name(file.filename)
    if is_archive(file.file):
        for entry in archived_pictures(file.file, name, limits):
            yield Upload(shown_name(entry.name), entry.read)
    else:
        yield Upload(name, lambda: _read_whole(file.file))


def _read_whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def ready_photo(data: bytes, name: str, limits: Limits) -> ReadyPicture:
    """Read a photo and make it ready to be kept.

    Args:
        data: bytes of the file that was sent.
        name: str, to show.
        limits: `Limits`.

    Raises:
        ImageError: if it is none, damaged, animated, too small or too large.
    """
    if not data:
        raise ImageError(f"{name} is empty (0 bytes); copy the picture again")
    with _READING:
        _check_pixels(data, name, limits)
        pixels, alpha = decode_image(io.BytesIO(data), name)
        _check_size(pixels.shape[1], pixels.shape[0], name, limits)
        image = pixels if alpha is None else with_alpha(pixels, alpha)
        if max(image.shape[:2]) > limits.longer_side:
            image = resize_longer_side(image, limits.longer_side)
        if min(image.shape[:2]) < MIN_SIDE:
            raise ImageError(f"{name} is too narrow to be drawn; cut a part out of it")
        return ready_picture(image, name)


def ready_picture(image: np.ndarray, name: str, mark: str | None = None) -> ReadyPicture:
    """Make an image ready to be kept: a photo as JPEG, one that is transparent or marked as PNG.

    Args:
        image: uint8 (height, width, 3), or (height, width, 4) with transparency.
        name: str, to show.
        mark: str, see `portrait_style.mark`, or `None` for a photo. Defaults to `None`.
    """
    height, width = image.shape[:2]
    suffix = ".jpg" if image.shape[-1] == 3 and mark is None else ".png"
    return ReadyPicture(
        name=name,
        data=encode_image(image, suffix, mark=mark),
        suffix=suffix,
        width=width,
        height=height,
        thumbnail=thumbnail_of(image),
    )


def thumbnail_of(image: np.ndarray) -> bytes:
    """Scale an image down to at most 320 pixels, as JPEG.

    Args:
        image: uint8 (height, width, 3) or (height, width, 4); what is transparent becomes white.
    """
    if max(image.shape[:2]) > THUMBNAIL_SIDE:
        image = resize_longer_side(image, THUMBNAIL_SIDE)
    return encode_image(image, ".jpg", THUMBNAIL_QUALITY)


def _check_pixels(data: bytes, name: str, limits: Limits) -> None:
    """Refuse a picture by what it says of its size, before it is unpacked."""
    with readable_image(name):
        try:
            picture = Image.open(io.BytesIO(data))
        except UnidentifiedImageError:
            return  # What reads it, or says why not, looks closer.
        with picture:
            _check_size(*picture.size, name, limits)


def _check_size(width: int, height: int, name: str, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise ImageError(
            f"{name} has {width}x{height} pixels; at most {limits.pixels // 1_000_000} megapixels "
            "are taken: scale it down first"
        )
