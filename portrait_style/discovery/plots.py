"""Plots of a discovery, as PNG files in memory."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from sklearn.manifold import TSNE

from portrait_style.image import crop_square
from portrait_style.reports.figure import png_file

# Told apart by people who see colours in other ways, too (Okabe and Ito); the rest by number.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#000000")
_PERPLEXITY, _SHOWN = 30, 7
_THUMBNAIL = 40
# Inches: the width of a map, the height of its plot, and how far apart thumbnails are at least.
_WIDTH, _HEIGHT, _APART = 9.0, 7.0, 0.62


def draw_agreement(agreement: dict[int, float], chosen: int) -> bytes:
    """Plot how well halves of the pictures agree, by number of styles.

    Args:
        agreement: dict of number of clusters to agreement.
        chosen: int, the number that was chosen.

    Returns:
        PNG file.
    """
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(list(agreement), list(agreement.values()), "o-", color=_COLOURS[0])
    axes.axvline(chosen, color="#999999", linestyle="--", label=f"chosen: {chosen}")
    axes.set(xlabel="styles", ylabel="agreement of halves", ylim=(0.0, 1.03))
    axes.set_xticks(sorted({*agreement, chosen}))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower left")
    return png_file(figure)


def places_on_map(points, seed: int) -> np.ndarray:
    """Lay points out in a plane, to plot them so that neighbours stay neighbours, (points, 2).

    References:
        van der Maaten and Hinton (t-SNE), 2008, https://jmlr.org/papers/v9/vandermaaten08a.html
    """
    if len(points) < 4:
        return np.stack([np.arange(len(points)), np.zeros(len(points))], axis=1)
    perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
    return TSNE(perplexity=perplexity, random_state=seed).fit_transform(points)


def draw_map(places, labels, names, outliers, square) -> bytes:
    """Plot every picture as a dot in the colour of its style, and some as pictures.

    Args:
        places: (pictures, 2), see `places_on_map`.
        labels: (pictures,) int.
        names: list of str, one a label.
        outliers: list of int.
        square: function of a picture's number, to a uint8 square.

    Returns:
        PNG file.
    """
    figure = Figure(figsize=(_WIDTH, _HEIGHT + 0.4 + 0.2 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    places = _evened_on_map(np.asarray(places, np.float64)) * (_WIDTH, _HEIGHT)
    thumbnails = []
    for label, name in enumerate(names):
        own = np.flatnonzero(labels == label)
        colour = _COLOURS[label % len(_COLOURS)]
        marker = "os^Dv"[label // len(_COLOURS) % 5]
        axes.plot(*places[own].T, marker, color=colour, markersize=4, label=f"{name} ({len(own)})")
        for index in own[_pictures_on_map(places[own], _SHOWN)]:
            if any(np.abs(places[index] - place).max() < _APART for place in thumbnails):
                continue
            thumbnails.append(places[index])
            thumbnail = OffsetImage(crop_square(square(int(index)), _THUMBNAIL), zoom=1.0)
            frame = {"edgecolor": colour, "linewidth": 2, "boxstyle": "square,pad=0"}
            box = AnnotationBbox(thumbnail, places[index], pad=0.1, bboxprops=frame)
            # The layout would make room for each.
            box.set_in_layout(False)
            axes.add_artist(box)
    axes.plot(*places[outliers].T, "x", color="#cc0000", markersize=9, label="outliers", zorder=9)
    axes.set_axis_off()
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return png_file(figure)


def _evened_on_map(places) -> np.ndarray:
    """Scale to [0, 1], half way to equal distances along each axis, so that clusters have room."""
    scaled = (places - places.min(axis=0)) / np.maximum(np.ptp(places, axis=0), 1e-9)
    ranks = places.argsort(axis=0).argsort(axis=0) / max(len(places) - 1, 1)
    return (scaled + ranks) / 2.0


def _pictures_on_map(places, count) -> list[int]:
    """Choose points far from each other, the most central one first."""
    chosen = [int(np.argmin(np.square(places - places.mean(axis=0)).sum(axis=1)))]
    while len(chosen) < min(count, len(places)):
        apart = np.square(places[:, None] - places[chosen]).sum(axis=-1).min(axis=1)
        chosen.append(int(np.argmax(apart)))
    return chosen
