"""A folder of pictures, read once, split by file."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from portrait_style.errors import DatasetError, ImageError
from portrait_style.image import crop_square, load_image, to_model_range
from portrait_style.picture_files import HELD_OUT_FRACTION, in_validation, list_images

SPLITS = ("train", "validation", "all")
CACHE_BYTES = 1_500_000_000


class ImageFolder:
    """The readable pictures below a folder, in a stable order.

    Every picture is decoded once at construction, so a damaged file is named before training
    starts; pictures are kept in memory, scaled down, up to `CACHE_BYTES`.

    Args:
        folder: path; sub-folders are searched too. JPEG, PNG, WebP and BMP files count.
        shorter_side: int, pixels to which larger pictures are scaled down when read.
        split: "train", "validation" or "all". Defaults to "all".
        validation_fraction: float in [0, 1), the share of files in the validation split. A file's
            split depends on its name only, so it stays when files are added. Defaults to 0.1.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Raises:
        DatasetError: if the folder is missing or holds no readable picture in this split.
    """

    def __init__(
        self,
        folder,
        shorter_side,
        split="all",
        validation_fraction=HELD_OUT_FRACTION,
        progress=False,
    ):
        if split not in SPLITS:
            raise ValueError(f"`split` must be one of {SPLITS}. Received: split={split!r}.")
        self.folder = Path(folder)
        self.shorter_side = shorter_side
        paths = [
            path
            for path in list_images(self.folder)
            if split == "all" or (split == "validation") == in_validation(path, validation_fraction)
        ]
        self.paths, self._pixels = [], []
        self._read_all(tqdm(paths, desc=f"read {self.folder.name}", disable=not progress))
        if not self.paths:
            raise DatasetError(
                f"{self.folder} holds no readable picture for the {split} split "
                f"({len(paths)} files tried); add JPEG, PNG, WebP or BMP files"
            )

    def _read_all(self, paths) -> None:
        damaged, cached = [], 0
        for path in paths:
            try:
                pixels = self._read(path)
            except ImageError as error:
                damaged.append(str(error))
                continue
            cached += pixels.nbytes
            self.paths.append(path)
            self._pixels.append(pixels if cached <= CACHE_BYTES else None)
        if damaged:
            warnings.warn(
                f"skipped {len(damaged)} of {len(damaged) + len(self.paths)} files: "
                + "; ".join(damaged),
                stacklevel=3,
            )

    def _read(self, path: Path) -> np.ndarray:
        pixels = load_image(path)
        height, width = pixels.shape[:2]
        scale = self.shorter_side / min(height, width)
        if scale >= 1.0:
            return pixels
        size = (round(width * scale), round(height * scale))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> np.ndarray:
        """Return uint8 pixels of shape (height, width, 3)."""
        pixels = self._pixels[index]
        return self._read(self.paths[index]) if pixels is None else pixels


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
    images = ImageFolder(folder, size, split, validation_fraction)
    return np.stack([to_model_range(crop_square(x, size)) for x in spread(images, count)])


def spread(images, limit: int) -> list[np.ndarray]:
    """Choose up to `limit` pictures of a sequence, evenly."""
    count = min(limit, len(images))
    return [images[i] for i in np.linspace(0, len(images) - 1, count).round().astype(int)]
