"""Which pictures are evaluated; they are read when they are needed."""

import warnings
from pathlib import Path

import numpy as np

from portrait_style.errors import DatasetError, ImageError
from portrait_style.image import crop_square, load_image, resize_longer_side
from portrait_style.picture_files import in_validation, list_images

# The size at which pictures are compared: five halvings leave the window of the finest scale.
SIDE = 192


class Pictures:
    """A seeded choice of the readable pictures below a folder, in the order of their paths.

    Args:
        folder: path.
        limit: int, how many at most.
        seed: int, which ones.
        held_out: float in (0, 1), the share of files that training held out, where only those
            count, or `None` for all. Defaults to `None`.

    Raises:
        DatasetError: if the folder is missing or holds no readable picture.
    """

    def __init__(self, folder, limit, seed, held_out=None):
        paths = list_images(folder)
        if held_out is not None:
            paths = [path for path in paths if in_validation(path, held_out)]
        chosen, damaged = [], []
        for index in np.random.default_rng(seed).permutation(len(paths)):
            if len(chosen) == limit:
                break
            try:
                load_image(paths[index])
            except ImageError as error:
                damaged.append(str(error))
            else:
                chosen.append(int(index))
        if damaged:
            warnings.warn(f"skipped {len(damaged)} files: {'; '.join(damaged)}", stacklevel=2)
        if not chosen:
            raise DatasetError(_nothing_in(folder, len(paths), held_out is not None))
        self.paths = [paths[index] for index in sorted(chosen)]

    def __len__(self) -> int:
        return len(self.paths)

    def square(self, index: int) -> np.ndarray:
        """Return picture number `index` as it is compared: uint8 (192, 192, 3)."""
        return crop_square(load_image(self.paths[index]), SIDE)

    def resized(self, index: int, size: int) -> np.ndarray:
        """Return picture number `index` with a longer side of `size` pixels, uint8."""
        return resize_longer_side(load_image(self.paths[index]), size)


def result_names(photos: Pictures, folder: Path) -> list[str]:
    """Name results after their photos; sub-folders become part of the name, and none is doubled."""
    names = []
    for path in photos.paths:
        stem = name = "-".join(path.relative_to(folder).with_suffix("").parts)
        while name in names:
            name = f"{stem}-{len(names)}"
        names.append(name)
    return [f"{name}.png" for name in names]


def _nothing_in(folder, count: int, held_out: bool) -> str:
    kind = "held-out picture" if held_out else "picture"
    advice = "leave out --held-out or add pictures" if held_out else "add JPEG, PNG or WebP files"
    return f"{folder} holds no readable {kind} ({count} files tried); {advice}"
