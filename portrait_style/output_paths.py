"""Which file each stylized photo goes to."""

import os
import re
from pathlib import Path

from portrait_style.errors import OutputError
from portrait_style.image import IMAGE_SUFFIXES
from portrait_style.personalization.profile import SUFFIX as PROFILE_SUFFIX
from portrait_style.styles.expression import split_discovered


def output_paths(photos: list[str], style: str, output: str | None) -> list[Path]:
    """Choose a file for each photo.

    Args:
        photos: list of str, paths.
        style: str, as somebody wrote it.
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
    paths = [folder / f"{Path(photo).stem}-{style_label(style)}.png" for photo in photos]
    for i, path in enumerate(paths):
        if path in paths[:i]:
            first = photos[paths.index(path)]
            raise OutputError(f"{first} and {photos[i]} would both become {path}; rename one")
    return paths


def style_label(style: str) -> str:
    """Make a part of a file name of a style.

    Example:
        >>> style_label("oil:0.6,pictures/wave.jpg:0.4"), style_label("found/styles.json#ink")
        ('oil-0.6-wave-0.4', 'ink')
    """
    return "-".join(map(_part_label, style.split(",")))


def _part_label(part: str) -> str:
    source, mark, weight = part.strip().rpartition(":")
    source, weight = (source, f"-{weight}") if mark else (weight, "")
    found = split_discovered(source)
    if found:
        source = found[1]
    elif Path(source).suffix.lower() in (*IMAGE_SUFFIXES, PROFILE_SUFFIX):
        source = Path(source).stem
    return re.sub(r"[\\/:]+", "-", f"{source}{weight}")
