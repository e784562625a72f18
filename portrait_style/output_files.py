"""Where results go: found out before the work, and written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portrait_style.errors import OutputError


def check_writable(path: str | os.PathLike) -> None:
    """Find out before the work whether the folder of a file can be made and written.

    Raises:
        OutputError: if not.
    """
    path = Path(path)
    _check_nearest_output_folder(path.absolute().parent, path)


def check_output_file(
    path: str | os.PathLike,
    overwrite: bool = False,
    remedy: str = "choose another name or pass --overwrite",
) -> None:
    """Find out before the work whether a file can be written there.

    Args:
        path: where to.
        overwrite: bool, whether the file may exist. Defaults to `False`.
        remedy: str, what to do if it does.

    Raises:
        OutputError: if the file exists and `overwrite` is false, there is a folder of that name, or
            the file's folder cannot be made and written.
    """
    if os.path.isdir(path):
        raise OutputError(f"{path} is a folder; choose another name")
    if os.path.lexists(path) and not overwrite:
        raise OutputError(f"{path} exists; {remedy}")
    check_writable(path)


def check_output_folder(
    folder: str | os.PathLike,
    overwrite: bool = False,
    remedy: str = "name a new folder or pass --overwrite",
) -> None:
    """Find out before the work whether results can be written into a folder.

    Args:
        folder: where to; need not exist.
        overwrite: bool, whether the folder may hold files. Defaults to `False`.
        remedy: str, what to do if it holds some.

    Raises:
        OutputError: if the folder is not empty and `overwrite` is false, or if it cannot be made
            and written.
    """
    folder = Path(folder)
    _check_nearest_output_folder(folder.absolute(), folder)
    if not overwrite and folder.is_dir() and any(folder.iterdir()):
        raise OutputError(f"{folder} is not empty; {remedy}")


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give an output file to write beside another, and put it in its place once it is whole.

    Whatever ends the writing early, the file that was there before stays as it is.

    Args:
        path: the file to replace; its folder exists.

    Yields:
        Path of the same suffix in the same folder.
    """
    written = path.with_name(f"writing-{path.name}")
    try:
        yield written
        os.replace(written, path)
    finally:
        written.unlink(missing_ok=True)


def write_atomically(path: str | os.PathLike, data: bytes, overwrite: bool = True) -> None:
    """Write bytes through a temporary file in the same folder, then rename.

    Args:
        path: where to.
        data: bytes.
        overwrite: bool, whether a file that is there by then is replaced. Defaults to `True`.

    Raises:
        OutputError: if the folder or the file cannot be written.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".portrait-style-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_output_file_mask())
        if overwrite:
            os.replace(temporary, path)
        else:
            _put_in_place(temporary, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _put_in_place(temporary: str, path: Path) -> None:
    """Rename, unless a file is there, if only since a moment ago."""
    try:
        os.link(temporary, path)
    except OSError:
        if os.path.lexists(path):
            raise OutputError(f"{path} exists; choose another name or pass --overwrite") from None
        # Some file systems have no links: there, another process may come in between.
        os.replace(temporary, path)


def _check_nearest_output_folder(folder: Path, named: Path) -> None:
    """Look at the folder, or at the nearest one above it that there is."""
    nearest = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    if not os.path.isdir(nearest):
        raise OutputError(f"cannot write {named}: {nearest} is not a folder; choose another one")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {named}: {nearest} is read-only; choose another folder")


def _output_file_mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
