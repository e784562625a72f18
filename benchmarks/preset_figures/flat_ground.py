"""Flat ground must stay flat: what is drawn of one grey is one colour."""

from collections.abc import Sequence

import numpy as np
from shifts import MARGIN

from portrait_style.renderers import render_all
from preset_figures.promises import PROMISES, Figure, figure
from preset_figures.sitters import SIDE, Styles

# Levels of the photos, from dark to light.
GREYS = (32, 80, 128, 176, 224)
# Styles that hatch flat ground in their own pictures; of renderers it is measured.
HATCHED = ("old_engraving",)


def flat_spread(picture: np.ndarray) -> float:
    """Standard deviation of the inside, of the channel that varies most.

    Args:
        picture: uint8 (height, width, 3), sides above 2 * `MARGIN`.

    Returns:
        float, levels.
    """
    inside = picture[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return float(inside.std(axis=(0, 1)).max())


def measure_flat_ground(stylizer, grey: int, styles: Styles) -> dict[str, dict[str, float]]:
    """Draw a flat photo in every style, by preset and renderers.

    Args:
        stylizer: `PortraitStylizer`.
        grey: int in 0..255, level of the photo.
        styles: `Styles`.

    Returns:
        dict of "drawn" and "truth" to dict of style to `flat_spread`.
    """
    photo = np.full((SIDE, SIDE, 3), grey, np.uint8)
    truth = render_all(photo, list(styles.rendered))
    return {
        "drawn": {style: flat_spread(stylizer.stylize(photo, style)) for style in styles.all},
        "truth": {style: flat_spread(picture) for style, picture in truth.items()},
    }


def flat_figures(measured: Sequence[dict], styles: Sequence[str]) -> list[Figure]:
    """Take the worst grey of each style that does not hatch.

    A style hatches if it is in `HATCHED`, or if its renderer breaks the bound itself.

    Args:
        measured: list of what `measure_flat_ground` returns, one a grey.
        styles: of the preset.

    Returns:
        list of `Figure`.
    """
    return [
        figure("flat", style, max(x["drawn"][style] for x in measured))
        for style in styles
        if style not in hatched_styles(measured)
    ]


def hatched_styles(measured: Sequence[dict]) -> list[str]:
    """Name the styles whose own pictures are not flat where the photo is."""
    bound = PROMISES["flat"].bound
    spreads = measured[0]["truth"]
    rendered = [x for x in spreads if max(one["truth"][x] for one in measured) > bound]
    return [*HATCHED, *rendered]
