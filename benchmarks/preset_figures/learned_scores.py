"""How much of the way from the photo to the renderer's own picture was gone."""

from collections.abc import Iterable

import numpy as np

from portrait_style.quality.learned import learned
from preset_figures.promises import ALL, LEARNED_MEAN, Figure, figure


def learned_score(seen: dict[str, dict], style: str, names: Iterable[str] | None = None) -> float:
    """Tell how much of a style was learned, as `portrait_style.quality.learned` does.

    Args:
        seen: dict of photo to what `FeatureGauge.measure` returns.
        style: str, a renderer's name.
        names: photos that count. Defaults to all.

    Returns:
        float, 1 for the renderer's own pictures, 0 for the photos, nan without photos.
    """
    found = [seen[name][style] for name in (seen if names is None else names)]
    if not found:
        return float("nan")
    return learned([x["distance"] for x in found], [x["photo_distance"] for x in found])


def learned_figures(seen: dict[str, dict], photographic: dict[str, bool], recipe: str) -> list:
    """Score every style, and the mean of those that are drawn.

    Args:
        seen: as for `learned_score`.
        photographic: dict of renderer's name to whether it is a look of photographs.
        recipe: str, whose bound of the mean counts.

    Returns:
        list of `Figure`.
    """
    scores = {style: learned_score(seen, style) for style in photographic}
    found: list[Figure] = [
        figure("learned_photographic" if photographic[style] else "learned_drawn", style, score)
        for style, score in scores.items()
    ]
    drawn = [score for style, score in scores.items() if not photographic[style]]
    if drawn:
        found.append(figure("learned_mean", ALL, np.mean(drawn), LEARNED_MEAN[recipe]))
    return found
