"""Drawings that were to be learned: which file belongs to which photo."""

import warnings
from pathlib import Path

from portrait_style.errors import DatasetError, ImageError
from portrait_style.evaluation.drawing import flat_names
from portrait_style.image import load_image
from portrait_style.image_folder import list_images, style_folders_of

# What training calls the two folders of pairs.
_BEFORE, _AFTER = "before", "after"


def truth_folders(truth) -> dict[str, Path]:
    """Map style names to folders of drawings: the sub-folders, or the folder where it has none.

    Of a folder of pairs, which holds `before/` and `after/`, the latter counts.

    Args:
        truth: path.

    Raises:
        DatasetError: if it is not a folder or holds no picture.
    """
    truth = Path(truth)
    found = {truth.resolve().name: truth} if _is_of_pairs(truth) else style_folders_of(truth)
    return {name: path / _AFTER if _is_of_pairs(path) else path for name, path in found.items()}


def find_truth(truth, styles: list[str], names: list[str]) -> dict[str, dict[str, Path]]:
    """Find the drawing that each photo was to become in each style.

    It is called as the photo's result, or that and the style, as `render` calls its drawings:
    `me.jpg` was to become `me.png` or `me-comic.png`.

    Args:
        truth: path, as for `truth_folders`. Where it has no sub-folders and there is one style,
            its pictures are of that.
        styles: list of str, names of the styles.
        names: list of str, names of the results, one a photo.

    Returns:
        dict of style to dict of result name to path, without styles that `truth` has no folder of
        and photos that have no drawing.

    Raises:
        DatasetError: if there is a folder of none of the styles, or one that has a drawing of none
            of the photos.
    """
    folders = truth_folders(truth)
    without_sub_folders = set(folders.values()) <= {Path(truth), Path(truth) / _AFTER}
    if len(styles) == 1 and without_sub_folders:
        folders = dict(zip(styles, folders.values(), strict=True))
    found = {style: _drawings(folders[style], style, names) for style in styles if style in folders}
    if not found:
        raise DatasetError(
            f"{truth} has a folder of none of the styles; call one of its sub-folders "
            + " or ".join(styles)
        )
    few = [f"{s} {len(x)} of {len(names)}" for s, x in found.items() if len(x) < len(names)]
    if few:
        warnings.warn(
            f"{truth} has no drawing of some photos, which are left out of what was learned: "
            f"{', '.join(few)} photos have one",
            stacklevel=3,
        )
    return found


def _is_of_pairs(folder: Path) -> bool:
    return (folder / _BEFORE).is_dir() and (folder / _AFTER).is_dir()


def _drawings(folder: Path, style: str, names: list[str]) -> dict[str, Path]:
    paths = list_images(folder)
    by_stem = dict(zip(flat_names(paths, folder), paths, strict=True))
    found = {}
    for name in names:
        stem = Path(name).stem
        path = by_stem.get(stem, by_stem.get(f"{stem}-{style}"))
        if path is not None and _can_be_read(path):
            found[name] = path
    if not found:
        raise DatasetError(
            f"{folder} holds a readable drawing of none of the {len(names)} photos; call each as "
            f"its photo, such as {names[0]}"
        )
    return found


def _can_be_read(path: Path) -> bool:
    """Tell before the work starts; what is wrong is said in a warning."""
    try:
        load_image(path)
    except ImageError as error:
        warnings.warn(f"skipped {error}", stacklevel=5)
        return False
    return True
