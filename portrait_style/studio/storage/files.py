"""Files of a studio: in one folder, under names that the studio makes up."""

import contextlib
import os
import re
import shutil
import uuid
from pathlib import Path

from portrait_style.errors import StorageError

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}(\.[a-z0-9_]{1,8})?")
_SUFFIX = re.compile(r"\.[a-z0-9_]{1,8}")


class FileStore:
    """Files under keys that the store makes up, such as `3f/3f0c….png`.

    Nothing that somebody typed becomes part of a path, and nothing outside the folder is read or
    written.

    Args:
        folder: where the files lie; it is made if it is not there.

    Raises:
        OSError: if the folder cannot be made.
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, data: bytes, suffix: str) -> str:
        """Keep a file, whole or not at all.

        Args:
            data: bytes.
            suffix: str, such as ".png".

        Returns:
            Its key.

        Raises:
            StorageError: if that is no suffix.
            OSError: if the file cannot be written, as on a full disk.
        """
        if not _SUFFIX.fullmatch(suffix):
            raise StorageError(f"{suffix!r} is no suffix of a file in the storage")
        key = _new_key() + suffix
        path = self.path(key)
        path.parent.mkdir(exist_ok=True)
        written = path.with_name(f"writing-{path.name}")
        try:
            written.write_bytes(data)
            os.replace(written, path)
        finally:
            with contextlib.suppress(OSError):
                written.unlink(missing_ok=True)
        return key

    def read(self, key: str) -> bytes:
        """Read a file.

        Raises:
            StorageError: if there is none of that key.
        """
        try:
            return self.path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise StorageError(f"the storage has no file {key}; was it deleted by hand?") from None

    def path(self, key: str) -> Path:
        """Say where a file or folder lies, or would lie.

        Raises:
            StorageError: if the key is none that the store made, or leads out of its folder.
        """
        path = self.folder / key
        if not _KEY.fullmatch(key) or not _lies_in(path, self.folder):
            raise StorageError(f"{key!r} is no key of the storage")
        return path

    def delete(self, key: str) -> None:
        """Delete a file; one that is gone already is no error.

        Raises:
            StorageError: if the key is none that the store made.
        """
        self.path(key).unlink(missing_ok=True)

    def new_folder(self) -> str:
        """Make a folder.

        Returns:
            Its key.

        Raises:
            OSError: if it cannot be made.
        """
        key = _new_key()
        self.path(key).mkdir(parents=True)
        return key

    def delete_folder(self, key: str) -> None:
        """Delete a folder and all that is in it; one that is gone already is no error.

        Raises:
            StorageError: if the key is none that the store made.
        """
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.path(key))


def _new_key() -> str:
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
