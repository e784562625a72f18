"""Drawings beside their photos and the renderers' own pictures, to be looked at."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from portrait_style.image import save_image
from portrait_style.reports.sheet import contact_sheet
from preset_figures.sitters import SIDE, Sitter, Styles
from preset_figures.workspace import SHEETS

# People beside and above one another: a sheet fits a screen at full size.
BESIDE, ABOVE = 2, 5


def draw_preset_sheets(folder: Path, sitters: Sequence[Sitter], styles: Styles) -> None:
    """Write all drawings of each style: photo, truth where a renderer draws it, drawing.

    Sheets of an earlier run, of more people perhaps, are removed.

    Args:
        folder: path, the output folder.
        sitters: list of `Sitter`, `BESIDE` * `ABOVE` a sheet.
        styles: `Styles`.

    Raises:
        OutputError: if a sheet cannot be written.
    """
    shutil.rmtree(folder / SHEETS, ignore_errors=True)
    count = BESIDE * ABOVE
    for style in tqdm(styles.all, desc="sheets", disable=None):
        for number, start in enumerate(range(0, len(sitters), count), start=1):
            sheet = _preset_sheet(sitters[start : start + count], style, styles)
            save_image(folder / SHEETS / f"{style}-{number}.png", sheet, overwrite=True)


def _preset_sheet(sitters, style: str, styles: Styles):
    columns = ["photo", "truth", "drawn"] if style in styles.rendered else ["photo", "drawn"]
    pictures = {"photo": lambda x: x.photo, "truth": lambda x: x.truth(style)}
    pictures["drawn"] = lambda x: x.drawing(style)
    cells = [[pictures[column](x) for column in columns] for x in sitters]
    rows = [sum(cells[i : i + BESIDE], []) for i in range(0, len(cells), BESIDE)]
    return contact_sheet(rows, columns * min(BESIDE, len(sitters)), SIDE)
