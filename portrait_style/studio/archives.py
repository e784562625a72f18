"""Zip archives that somebody sent: their pictures are read, and nothing is unpacked to disk."""

import contextlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from portrait_style.decoding import READABLE_SUFFIXES
from portrait_style.errors import ArgumentError, ImageError
from portrait_style.studio.settings import Limits

# PKWARE APPNOTE 6.3.10, 4.3.16: the end of the central directory, after which comes a comment.
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65535
_LONG_LOCATOR, _LONG_LOCATOR_BYTES = b"PK\x06\x07", 20
# A name of 200 bytes and what systems add to it, for each file that may be in an archive.
_LISTED_BYTES = 1000
# Folders and previews that systems add are listed, too.
_ENTRIES_A_FILE = 4
_DRIVE = re.compile("[A-Za-z]:")
_UTF_8, _ENCRYPTED = 0x800, 0x1
# What reading a damaged archive raises; where the way of packing is unknown, a RuntimeError.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)


class Upload(NamedTuple):
    """A file that somebody sent.

    Attributes:
        name: str, what it was called; to be shown, never a path.
        read: gives its bytes, or raises `ImageError`.
    """

    name: str
    read: Callable[[], bytes]


def is_archive(file: BinaryIO) -> bool:
    """Tell by its first bytes whether a file is a zip archive."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return start in (b"PK\x03\x04", _END)


def archived_pictures(file: BinaryIO, name: str, limits: Limits) -> list[Upload]:
    """List the pictures in an archive; they are read one by one.

    Args:
        file: seekable stream, which stays open while pictures are read.
        name: str, what errors call it.
        limits: `Limits`; all that it unpacks to is counted.

    Raises:
        ArgumentError: if it is damaged, too large when unpacked, holds no picture, or holds what
            pictures have no need of: links, names that lead out of it, passwords.
    """
    _check_directory(file, name, limits)
    with _readable_archive(name):
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not _is_added_by_system(entry)]
    for entry in entries:
        _check_entry(entry, name, limits)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise ArgumentError(
            f"{name} unpacks to more than {limits.unpacked_bytes >> 20} MB; send it in parts"
        )
    pictures = [x for x in entries if x.filename.lower().endswith(READABLE_SUFFIXES)]
    if not pictures:
        raise ArgumentError(f"{name} holds no pictures")
    if len(pictures) > limits.files:
        raise ArgumentError(
            f"{name} holds {len(pictures)} pictures; at most {limits.files} are taken at once"
        )
    return [Upload(_entry_name(entry), _reader(archive, entry)) for entry in pictures]


def _check_directory(file: BinaryIO, name: str, limits: Limits) -> None:
    """Refuse an archive by the size of its table of contents, before that is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT - _LONG_LOCATOR_BYTES))
    tail = file.read()
    file.seek(0)
    # As Python's zipfile looks for it: without a comment first.
    start = len(tail) - _END_BYTES
    if not (tail[start:].startswith(_END) and tail.endswith(b"\0\0")):
        start = tail.rfind(_END)
    record = tail[start : start + _END_BYTES]
    if start < 0 or len(record) < _END_BYTES:
        raise ArgumentError(f"{name} is cut off or damaged; pack it again")
    most = limits.files * _ENTRIES_A_FILE
    _, _, _, _, entries, listed, _, _ = struct.unpack("<4s4H2LH", record)
    is_long = tail[max(0, start - _LONG_LOCATOR_BYTES) : start].startswith(_LONG_LOCATOR)
    if is_long or entries > most or listed > most * _LISTED_BYTES:
        raise ArgumentError(f"{name} holds too many files; at most {limits.files} are taken")


def _check_entry(entry: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(entry.filename):
        raise ArgumentError(f"{name} holds a name that leads out of it; pack it again")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArgumentError(f"{name} holds a link; put the pictures themselves into it")
    if entry.flag_bits & _ENCRYPTED:
        raise ArgumentError(f"{name} is locked by a password; pack it without one")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArgumentError(f"{name} is packed in an unknown way; pack it as an ordinary zip")
    if entry.file_size > limits.upload_bytes:
        raise ArgumentError(
            f"{name} holds a file of more than {limits.upload_bytes >> 20} MB; leave it out"
        )


def _is_added_by_system(entry: zipfile.ZipInfo) -> bool:
    last = entry.filename.rstrip("/").rpartition("/")[2]
    return entry.is_dir() or entry.filename.startswith("__MACOSX/") or last == ".DS_Store"


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Read a name that is in UTF-8 though the archive does not say so, as macOS writes it."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(entry)
        except _DAMAGED as error:
            raise ImageError(f"{_entry_name(entry)} is damaged; pack it again") from error

    return read


@contextlib.contextmanager
def _readable_archive(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise ArgumentError(f"{name} is cut off or damaged; pack it again") from error
