"""Which file each stylized photo goes to."""

import os
from pathlib import Path

from portrait_style.errors import OutputError
from portrait_style.image import IMAGE_SUFFIXES


def output_paths(photos: list[str], label: str, output: str | None) -> list[Path]:
    """Choose a file for each photo.

    Args:
        photos: list of str, paths.
        label: str, of the style.
        output: str, a file for one photo or a folder for any number; `None` for this folder.

    Returns:
        list of `Path`, as long as `photos`.

    Raises:
        OutputError: if several photos would go to one file.
    """
    folder = Path(output or ".")
    is_file = folder.suffix and not folder.is_dir() and not output.endswith(os.sep)
    if is_file and len(photos) == 1:
        return [folder]
    if is_file and folder.suffix.lower() in IMAGE_SUFFIXES:
        raise OutputError(f"{output} is one file for {len(photos)} photos; pass a folder")
    paths = [folder / f"{Path(photo).stem}-{label}.png" for photo in photos]
    for i, path in enumerate(paths):
        if path in paths[:i]:
            first = photos[paths.index(path)]
            raise OutputError(f"{first} and {photos[i]} would both become {path}; rename one")
    return paths
