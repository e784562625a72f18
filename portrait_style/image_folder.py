"""Folders of pictures: which files, which of them are held out, and what is in them.

The one reader of folders, for training, evaluation, discovery and export.
"""

import os
import warnings
import zlib
from importlib import resources
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.decoding import READABLE_SUFFIXES
from portrait_style.errors import DatasetError, ImageError
from portrait_style.image import (
    crop_square,
    load_image,
    resize_longer_side,
    shrink_shorter_side,
    to_model_range,
)

# The share of files that training holds out, where nothing else is asked for.
HELD_OUT_FRACTION = 0.1
SPLITS = ("train", "validation", "all")
_FORMATS = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP files"
_WANTED = {"all": "picture", "train": "picture to train on", "validation": "held-out picture"}


class ImageFolder:
    """The readable pictures below a folder, in a stable order.

    Every picture is decoded once at construction, so a damaged file is named before the work
    starts.

    Args:
        folder: path; sub-folders are searched too. Files with one of `READABLE_SUFFIXES` count.
        split: "train", "validation" or "all". Defaults to "all".
        validation_fraction: float in [0, 1), the share of files in the validation split. A file's
            split depends on its name only, so it stays when files are added. Defaults to 0.1.
        limit: int, pictures at most, chosen by `seed`, or `None` for all. Defaults to `None`.
        seed: int. Defaults to 0.
        kept_side: int, pixels of the shorter side to which larger pictures are scaled down and
            kept in memory, up to `cache_bytes` of all; or `None`: then they are as they are, and
            read again when they are needed. Defaults to `None`.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Attributes:
        paths: list of `Path`.
        cache_bytes: int, of the class: a subclass may keep more or less. 1.5 GB here.

    Raises:
        DatasetError: if the folder is missing or holds no readable picture in this split.
    """

    cache_bytes = 1_500_000_000

    def __init__(
        self,
        folder,
        split="all",
        validation_fraction=HELD_OUT_FRACTION,
        *,
        limit=None,
        seed=0,
        kept_side=None,
        progress=False,
    ):
        if split not in SPLITS:
            raise ValueError(f"`split` must be one of {SPLITS}. Received: split={split!r}.")
        self.folder = Path(folder)
        self._kept_side = kept_side
        paths = [
            path
            for path in list_images(self.folder)
            if split == "all" or (split == "validation") == in_validation(path, validation_fraction)
        ]
        order = list(range(len(paths)))
        if limit is not None:
            order = np.random.default_rng(seed).permutation(len(paths)).tolist()
        bar = tqdm(order, desc=f"read {self.folder.name}", disable=not progress)
        kept = self._read_all(paths, bar, limit)
        if not kept:
            raise DatasetError(_nothing_in_image_folder(self.folder, split, len(paths)))
        self.paths = [paths[index] for index in sorted(kept)]
        self._pixels = [kept[index] for index in sorted(kept)]

    def _read_all(self, paths, order, limit) -> dict:
        """Read in an order until there are enough; map numbers to pixels, or to `None`."""
        kept: dict[int, np.ndarray | None] = {}
        damaged, used = [], 0
        for index in order:
            if len(kept) == limit:
                break
            try:
                pixels = self._read(paths[index])
            except ImageError as error:
                damaged.append(str(error))
                continue
            used += pixels.nbytes
            keep = self._kept_side is not None and used <= self.cache_bytes
            kept[index] = pixels if keep else None
        if damaged:
            warnings.warn(
                f"skipped {len(damaged)} of {len(damaged) + len(kept)} files: "
                + "; ".join(damaged),
                stacklevel=4,
            )
        return kept

    def _read(self, path: Path) -> np.ndarray:
        pixels = load_image(path)
        return pixels if self._kept_side is None else shrink_shorter_side(pixels, self._kept_side)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> np.ndarray:
        """Return uint8 pixels of shape (height, width, 3)."""
        pixels = self._pixels[index]
        return self._read(self.paths[index]) if pixels is None else pixels

    def square(self, index: int, size: int) -> np.ndarray:
        """Return picture number `index` as a square: uint8 (size, size, 3)."""
        return crop_square(self[index], size)

    def resized(self, index: int, size: int) -> np.ndarray:
        """Return picture number `index` with a longer side of `size` pixels, uint8."""
        return resize_longer_side(self[index], size)


def read_squares(folder, split, count, size, validation_fraction) -> np.ndarray:
    """Read up to `count` pictures, spread evenly over the folder.

    Args:
        folder, split, validation_fraction: as for `ImageFolder`.
        count: int.
        size: int, pixels of a side.

    Returns:
        float32 in [-1, 1], (count or fewer, size, size, 3).

    Raises:
        DatasetError: if the folder is missing or holds no readable picture in this split.
    """
    images = ImageFolder(folder, split, validation_fraction, kept_side=size)
    return np.stack([to_model_range(crop_square(x, size)) for x in evenly_spaced(images, count)])


def read_held_out_first(folder, count: int, size: int, last: bool = False) -> np.ndarray:
    """Read as many pictures as are asked for, those first that training by default holds out.

    Args:
        folder: path.
        count: int.
        size: int, pixels of the squares.
        last: bool, whether to begin at the other end. Defaults to `False`.

    Returns:
        uint8, (count or fewer, size, size, 3): damaged files are passed over.

    Raises:
        DatasetError: if the folder is missing.
    """
    order = sorted(list_images(folder), key=lambda path: not in_validation(path, HELD_OUT_FRACTION))
    squares: list[np.ndarray] = []
    for path in order[:: -1 if last else 1]:
        if len(squares) == count:
            break
        try:
            squares.append(crop_square(load_image(path), size))
        except ImageError:
            continue
    return np.stack(squares) if squares else np.zeros((0, size, size, 3), np.uint8)


def evenly_spaced(images, limit: int) -> list[np.ndarray]:
    """Choose up to `limit` pictures of a folder, or of any sequence, at equal distances."""
    count = min(limit, len(images))
    return [images[i] for i in np.linspace(0, len(images) - 1, count).round().astype(int)]


def list_images(folder: Path) -> list[Path]:
    """List the image files below `folder`, sorted by their path inside it.

    Raises:
        DatasetError: if `folder` is not a folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder; name a folder of pictures")
    found = [
        Path(parent) / name
        for parent, names in _walked_image_folders(folder)
        for name in names
        if Path(name).suffix.lower() in READABLE_SUFFIXES and not name.startswith(".")
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _walked_image_folders(folder: Path):
    """Go through a folder and those below it, linked ones too, but through none within itself."""
    real = {str(folder): {os.path.realpath(folder)}}
    for parent, folders, names in os.walk(folder, followlinks=True):
        above = real.pop(parent)
        inside = {name: os.path.realpath(os.path.join(parent, name)) for name in folders}
        folders[:] = [name for name in folders if inside[name] not in above]
        for name in folders:
            real[os.path.join(parent, name)] = above | {inside[name]}
        yield parent, names


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
        raise DatasetError(f"{styles} holds no picture; add {_FORMATS}")
    return {styles.resolve().name: styles}


def bundled_photos() -> Path:
    """The folder of the faces that come with the package: 96 of 256 pixels, CC0, of no real person.

    References:
        github.com/faker-js/assets-person-portrait
    """
    return Path(str(resources.files("portrait_style") / "photos"))


def in_validation(path: Path, fraction: float) -> bool:
    """Tell whether a file of a folder is held out, by a checksum of its name.

    Example:
        >>> sum(in_validation(Path(f"{i}.jpg"), 0.1) for i in range(1000))
        100
    """
    return zlib.crc32(Path(path).name.encode()) % 10_000 < round(fraction * 10_000)


def _nothing_in_image_folder(folder, split: str, count: int) -> str:
    advice = f"add {_FORMATS}"
    if split == "validation":
        advice = "leave out --held-out or add pictures"
    return f"{folder} holds no readable {_WANTED[split]} ({count} files tried); {advice}"
