"""Does a drawing move along when its photo does?"""

from collections.abc import Sequence

import numpy as np
from learned import SHIFTS
from shifts import shift_changes

from preset_figures.promises import MOVED_LEVELS, MOVED_SHARE, Figure, figure
from preset_figures.sitters import SIDE, Sitter


def measure_movements(stylizer, sitter: Sitter, styles: Sequence[str]) -> dict[str, dict]:
    """Draw a photo and the same photo moved, in every style.

    Args:
        stylizer: `PortraitStylizer`.
        sitter: `Sitter`.
        styles: of the preset.

    Returns:
        dict of style to "moved", the change in levels for each of `SHIFTS`, and "changed", that
        of the drawing from the photo.
    """
    photo, found = sitter.photo, {}
    for style in styles:
        moved, changed = shift_changes(stylizer, [photo], style, SIDE, SHIFTS)
        found[style] = {"moved": moved, "changed": changed}
    return found


def movement_figures(measured: Sequence[dict], styles: Sequence[str]) -> list[Figure]:
    """Take the worst shift of each style, of means over photos; bounds are each style's own.

    Args:
        measured: list of what `measure_movements` returns, one a photo.
        styles: of the preset.

    Returns:
        list of `Figure`.
    """
    figures = []
    for style in styles:
        moved = np.mean([x[style]["moved"] for x in measured], axis=0).max()
        changed = np.mean([x[style]["changed"] for x in measured])
        bound = max(MOVED_LEVELS, MOVED_SHARE * changed)
        figures.append(figure("moved", style, moved, bound))
    return figures
