"""Plots of a report, as PNG files in memory."""

import numpy as np
from matplotlib.figure import Figure

from portrait_style.quality.total import total
from portrait_style.reports.figure import png_file

# Told apart by people who see colours in other ways, too (Okabe and Ito).
_COLOURS = {"total": "#000000", "style_score": "#0072b2", "content_score": "#e69f00"}
_LEVELS = (0.2, 0.4, 0.6, 0.8)


def draw_scores(styles) -> bytes:
    """Draw total, style and content score of each row with their intervals.

    Args:
        styles: dict of row name to dict of measure to `Estimate`.

    Returns:
        PNG file.
    """
    figure = Figure(figsize=(6.4, 1.3 + 0.5 * len(styles)), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(styles))
    for offset, (measure, colour) in zip((-0.2, 0.0, 0.2), _COLOURS.items(), strict=True):
        found = [estimates[measure] for estimates in styles.values()]
        values = np.array([estimate.value for estimate in found])
        errors = [values - [e.low for e in found], [e.high for e in found] - values]
        axes.errorbar(
            values,
            places + offset,
            xerr=np.maximum(errors, 0.0),
            fmt="o",
            color=colour,
            label=measure.replace("_", " "),
        )
    axes.set(xlim=(0, 1), xlabel="0 worst, 1 best")
    axes.set_yticks(places, list(styles))
    axes.set_ylim(len(styles) - 0.5, -0.5)
    axes.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return png_file(figure)


def draw_trade_off(styles) -> bytes:
    """Draw style score against content score; lines join equal totals.

    Args:
        styles: as for `draw_scores`.

    Returns:
        PNG file.
    """
    figure = Figure(figsize=(4.6, 4.0 + 0.16 * len(styles)), layout="constrained")
    axes = figure.add_subplot()
    grid = np.linspace(0.0, 1.0, 101)
    content, style = np.meshgrid(grid, grid)
    lines = axes.contour(
        content, style, total(style, content), _LEVELS, colors="#bbbbbb", linewidths=1
    )
    axes.clabel(lines, fmt="total %.1f", fontsize=8)
    for number, found in enumerate(styles.values(), start=1):
        place = found["content_score"].value, found["style_score"].value
        axes.plot(*place, "o", color=_COLOURS["style_score"])
        axes.annotate(str(number), place, xytext=(5, 3), textcoords="offset points")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="content score", ylabel="style score")
    axes.set_title("\n".join(f"{i}  {name}" for i, name in enumerate(styles, start=1)), fontsize=9)
    return png_file(figure)
