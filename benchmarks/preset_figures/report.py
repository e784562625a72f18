"""Figures as tables, and as a file for the model card."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from portrait_style.output_files import write_atomically
from portrait_style.reports.table import format_table
from preset_figures.promises import PROMISES, Figure

FILE = "figures.json"
# Stands behind a figure that does not keep what is promised, and where there is none.
_BROKEN, _NONE = "!", "-"


def style_table(figures: Sequence[Figure], styles: Sequence[str]) -> str:
    """Lay out a row a style; what does not keep its promise is marked."""
    cells = {(PROMISES[x.promise].column, x.of): x for x in figures if x.of in styles}
    columns = [p.column for p in PROMISES.values() if any(p.column == c for c, _ in cells)]
    # In the order of the promises, of which some share a column.
    columns = list(dict.fromkeys(columns))
    rows = [[style, *(_cell(cells.get((c, style))) for c in columns)] for style in styles]
    return format_table(["style", *columns], rows)


def promise_table(figures: Sequence[Figure]) -> str:
    """Lay out a row a promise: where it is kept least, and by how many of all."""
    rows = []
    for name, promise in PROMISES.items():
        found = [x for x in figures if x.promise == name and x.bound is not None]
        if found:
            # What could not be measured is the worst.
            worst = min(found, key=lambda x: -np.inf if np.isnan(x.value) else x.spare)
            sign = ">=" if promise.at_least else "<="
            bound = f"{sign} {worst.bound:.{min(promise.digits, 2)}f}"
            value = f"{worst.value:.{promise.digits}f}"
            kept = sum(x.met for x in found)
            verdict = "yes" if kept == len(found) else "NO"
            rows.append([promise.says, value, worst.of, bound, f"{kept}/{len(found)}", verdict])
    return format_table(["promise", "worst", "of", "bound", "met by", "met"], rows)


def figures_file(figures: Sequence[Figure], told: dict) -> bytes:
    """Write figures as JSON.

    Args:
        figures: list of `Figure`.
        told: dict, of what they are.

    Returns:
        bytes; a value that could not be measured is null.
    """
    rows = [
        {
            "promise": x.promise,
            "says": PROMISES[x.promise].says,
            "of": x.of,
            "value": None if np.isnan(x.value) else round(x.value, 5),
            "bound": x.bound,
            "at_least": PROMISES[x.promise].at_least,
            "met": x.met,
        }
        for x in figures
    ]
    return f"{json.dumps({**told, 'figures': rows}, indent=1)}\n".encode()


def write_figures(folder: Path, figures: Sequence[Figure], told: dict) -> Path:
    """Write `figures_file` into a folder, and return its path.

    Raises:
        OutputError: if it cannot be written.
    """
    path = folder / FILE
    write_atomically(path, figures_file(figures, told))
    return path


def _cell(found: Figure | None) -> str:
    if found is None:
        return _NONE
    value = f"{found.value:.{PROMISES[found.promise].digits}f}"
    return value + (_BROKEN if found.met is False else " ")
