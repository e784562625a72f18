"""Blotches: areas of a colour that neither the photo nor the renderer's own picture has there."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from preset_figures.promises import Figure, figure
from preset_figures.sitters import Sitter

# Levels by which the colour is stronger, and the share of the picture that is large.
STRONGER, LARGE = 40, 0.005


def chroma(picture: np.ndarray) -> np.ndarray:
    """Largest minus least of red, green and blue: uint8 (height, width, 3) to int (height, width).

    Example:
        >>> chroma(np.uint8([[[10, 200, 30], [7, 7, 7]]])).tolist()
        [[190, 0]]
    """
    return np.ptp(picture.astype(int), axis=-1)


def largest_blotch(drawing: np.ndarray, photo: np.ndarray, truth: np.ndarray) -> float:
    """Find the largest area whose chroma is more than `STRONGER` above that of photo and truth.

    Args:
        drawing, photo, truth: uint8 (height, width, 3).

    Returns:
        float in 0..1, share of the picture; places are connected by their sides.
    """
    stronger = chroma(drawing) > np.maximum(chroma(photo), chroma(truth)) + STRONGER
    areas, _ = ndimage.label(stronger)
    return float(np.bincount(areas.ravel())[1:].max(initial=0) / areas.size)


def measure_blotches(sitter: Sitter, rendered: Sequence[str]) -> dict[str, float]:
    """Look for blotches in all drawings of a photo: dict of style to `largest_blotch`."""
    photo = sitter.photo
    return {x: largest_blotch(sitter.drawing(x), photo, sitter.truth(x)) for x in rendered}


def blotch_figures(measured: Sequence[dict], rendered: Sequence[str]) -> list[Figure]:
    """Count the drawings of each style that have a blotch.

    Args:
        measured: list of what `measure_blotches` returns, one a photo.
        rendered: styles that a renderer draws.

    Returns:
        list of `Figure`.
    """
    return [
        figure("blotches", style, sum(found[style] > LARGE for found in measured))
        for style in rendered
    ]
