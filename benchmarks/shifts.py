"""By how much a drawing changes when its photo moves by some pixels."""

import numpy as np

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square

# Pixels of each side that do not count: there the picture ends elsewhere.
MARGIN = 24


def shift_changes(stylizer: PortraitStylizer, photos, style, size: int, shifts) -> tuple:
    """Draw photos and the same photos moved down and right, and compare the inside.

    Args:
        stylizer: `PortraitStylizer`.
        photos: list of uint8 (height, width, 3).
        style: what `PortraitStylizer.stylize` takes.
        size: int, pixels of the squares, a multiple of 16.
        shifts: sequence of int, pixels.

    Returns:
        Mean change for each shift, and the mean change of the drawing from its photo, in levels
        of 0..255.
    """
    side = size - 16
    moved = {shift: [] for shift in shifts}
    changed = []
    for photo in photos:
        square = crop_square(photo, size)
        first = stylizer.stylize(square[:side, :side], style).astype(np.float32)
        changed.append(np.abs(first - square[:side, :side]).mean())
        for shift in shifts:
            cut = square[shift : shift + side, shift : shift + side]
            second = stylizer.stylize(cut, style).astype(np.float32)
            inside = first[MARGIN + shift : side - MARGIN, MARGIN + shift : side - MARGIN]
            same = second[MARGIN : side - MARGIN - shift, MARGIN : side - MARGIN - shift]
            moved[shift].append(np.abs(inside - same).mean())
    return [float(np.mean(moved[shift])) for shift in shifts], float(np.mean(changed))
