"""What a discovery found, and the files that tell of it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style._version import __version__
from portrait_style.encoding import encode_image
from portrait_style.image import crop_square
from portrait_style.output_files import write_atomically
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table
from portrait_style.styles.discovered import STYLES_FILE

PAGE_FILE = "index.html"
_SHEETS = "sheets"
_COLUMNS, _ROWS, _CELL = 8, 4, 112


@dataclass(frozen=True)
class Style:
    """A discovered style, as the report tells of it.

    Attributes:
        name: str.
        code: (code_size,) float32, mean code of its pictures.
        spread: float, root mean square distance of their codes from it.
        files: list of str, paths in the folder.
    """

    name: str
    code: np.ndarray
    spread: float
    files: list[str]


@dataclass(frozen=True)
class Discovery:
    """What was found in a folder, and what its report tells.

    Attributes:
        styles: list of `Style`, the largest first. Every picture is in one of them.
        outliers: list of str, files that are like no others.
        duplicates: list of lists of str, files that are nearly the same picture.
        agreement: dict of number of styles to how well halves of the pictures agree on them.
        model: str, `fingerprint` of the model whose codes these are; `None` if it names no styles.
    """

    styles: list[Style]
    outliers: list[str]
    duplicates: list[list[str]]
    agreement: dict[int, float]
    model: str | None

    def to_dict(self) -> dict:
        """Return what `styles.json` holds."""
        return {
            "version": __version__,
            "model": self.model,
            "clusters": [
                {
                    "name": style.name,
                    "code": [round(float(number), 6) for number in style.code],
                    "spread": round(style.spread, 4),
                    "files": style.files,
                }
                for style in self.styles
            ],
            "outliers": self.outliers,
            "duplicates": self.duplicates,
            "agreement": {str(k): round(value, 4) for k, value in self.agreement.items()},
        }

    def table(self) -> str:
        """Lay the styles out, a line a style, and what else was found."""
        rows = [[style.name, str(len(style.files)), f"{style.spread:.2f}"] for style in self.styles]
        found = f"{len(self.outliers)} outliers, {len(self.duplicates)} groups of near-duplicates"
        return f"{format_table(['style', 'pictures', 'spread'], rows)}\n{found}"


def write_discovery(folder: Path, found: Discovery, squares: dict, plots: dict[str, bytes]) -> None:
    """Write sheets, plots, the page, and `styles.json` last.

    Args:
        folder: where to.
        found: `Discovery`.
        squares: dict of uint8 squares to show: "styles" and "duplicates" a list of lists,
            "outliers" a list of (file, square).
        plots: dict of file name to PNG file.

    Raises:
        OutputError: if a file cannot be written.
    """
    sheets = {
        f"{_SHEETS}/{number:02d}-{_discovery_file_name(style.name)}.jpg": encode_image(
            _discovery_sheet(shown), ".jpg"
        )
        for number, (style, shown) in enumerate(
            zip(found.styles, squares["styles"], strict=True), start=1
        )
    }
    for stale in set(folder.glob(f"{_SHEETS}/*.jpg")) - {folder / name for name in sheets}:
        stale.unlink()
    for name, file in {**sheets, **plots}.items():
        write_atomically(folder / name, file)
    write_atomically(folder / PAGE_FILE, _discovery_page(found, squares, plots))
    text = json.dumps(found.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
    # Lists of numbers on one line each: the file is for people to edit.
    text = re.sub(r"\[[-\d.,\s]+\]", lambda m: re.sub(r"\s+", " ", m[0]), text)
    write_atomically(folder / STYLES_FILE, f"{text}\n".encode())


def _discovery_page(found: Discovery, squares, plots) -> bytes:
    outliers = [([name], _discovery_page_files([square])) for name, square in squares["outliers"]]
    pairs = zip(found.duplicates, squares["duplicates"], strict=False)
    duplicates = [(names, _discovery_page_files(pictures)) for names, pictures in pairs]
    explanation = "Like no others; each is in the style nearest to it."
    return render_page(
        "discovery.html",
        title="Discovered styles",
        plots={Path(name).stem: file for name, file in plots.items()},
        styles=list(zip(found.styles, map(_discovery_page_files, squares["styles"]), strict=True)),
        others=[("Outliers", explanation, outliers), ("Near-duplicates", "", duplicates)],
    )


def _discovery_page_files(pictures) -> list[bytes]:
    """Encode picture by picture, for a page breaks lines where it is narrow."""
    return [encode_image(crop_square(picture, _CELL), ".jpg") for picture in pictures]


def shown_on_sheet(files: list) -> list:
    """Choose what a sheet of discovery shows: all, or as many as it holds, evenly spaced."""
    places = np.linspace(0, len(files) - 1, min(len(files), _COLUMNS * _ROWS)).round()
    return [files[int(place)] for place in places]


def _discovery_sheet(pictures) -> np.ndarray:
    rows = [pictures[i : i + _COLUMNS] for i in range(0, len(pictures), _COLUMNS)]
    return contact_sheet(rows, size=_CELL)


def _discovery_file_name(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name).strip("-") or "style"
