"""Picture files below a folder, and which of them are held out from training."""

import os
import zlib
from pathlib import Path

from portrait_style.errors import DatasetError
from portrait_style.image import IMAGE_SUFFIXES

# The share of files that training holds out, where nothing else is asked for.
HELD_OUT_FRACTION = 0.1


def list_images(folder: Path) -> list[Path]:
    """List the image files below `folder`, sorted by their path inside it.

    Raises:
        DatasetError: if `folder` is not a folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder; name a folder of pictures")
    found = (
        Path(parent) / name
        for parent, _, names in os.walk(folder, followlinks=True)
        for name in names
        if Path(name).suffix.lower() in IMAGE_SUFFIXES and not name.startswith(".")
    )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def style_folders_of(styles) -> dict[str, Path]:
    """Map style names to folders: the sub-folders, or the folder itself where it has none.

    Raises:
        DatasetError: if `styles` is not a folder or no sub-folder holds a picture.
    """
    styles = Path(styles)
    if not styles.is_dir():
        raise DatasetError(f"{styles} is not a folder; name a folder of style pictures")
    folders = {path.name: path for path in sorted(styles.iterdir()) if path.is_dir()}
    named = {name: path for name, path in folders.items() if list_images(path)}
    if named:
        return named
    if not list_images(styles):
        raise DatasetError(f"{styles} holds no picture; add JPEG, PNG, WebP or BMP files")
    return {styles.resolve().name: styles}


def in_validation(path: Path, fraction: float) -> bool:
    """Tell whether a file is held out, by a checksum of its name.

    Example:
        >>> sum(in_validation(Path(f"{i}.jpg"), 0.1) for i in range(1000))
        100
    """
    return zlib.crc32(Path(path).name.encode()) % 10_000 < round(fraction * 10_000)
