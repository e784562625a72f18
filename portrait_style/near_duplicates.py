"""Pictures that are there twice: resized, compressed again, or simply copied."""

import numpy as np

from portrait_style.image import crop_square

_SIDE = 16
# Of 1, in the place that differs most. Copies stay below 0.03; two portraits of one series, which
# may differ by the mouth alone, are above 0.1.
_TOLERANCE = 0.06


def thumbnail(picture) -> np.ndarray:
    """Reduce a picture to what its duplicates share: (768,) float32 in [0, 1]."""
    return crop_square(picture, _SIDE).astype(np.float32).ravel() / 255.0


def near_duplicates(thumbnails) -> list[list[int]]:
    """Group pictures that hardly differ anywhere.

    Args:
        thumbnails: (pictures, 768), see `thumbnail`.

    Returns:
        list of groups, each the sorted numbers of two or more pictures.
    """
    thumbnails = np.asarray(thumbnails, np.float32).reshape(len(thumbnails), -1)
    means = thumbnails.mean(axis=1)
    order = np.argsort(means, kind="stable")
    # What differs nowhere by more has a mean that differs by no more.
    ends = np.searchsorted(means[order], means[order] + _TOLERANCE)
    group = np.arange(len(thumbnails))
    for place, (number, end) in enumerate(zip(order, ends, strict=True)):
        others = order[place + 1 : end]
        alike = np.abs(thumbnails[others] - thumbnails[number]).max(axis=1) < _TOLERANCE
        for other in others[alike]:
            group[group == group[other]] = group[number]
    members = [np.flatnonzero(group == which).tolist() for which in np.unique(group)]
    return sorted(numbers for numbers in members if len(numbers) > 1)
