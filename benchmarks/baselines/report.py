"""The report of a comparison of methods: one table, a JSON file, a page."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from judging import agreement_lines, correlations

from portrait_style.encoding import encode_image
from portrait_style.image import load_image
from portrait_style.output_files import write_atomically
from portrait_style.reports.page import render_page
from portrait_style.reports.table import format_table

# Heading and measure.
_COLUMNS = {
    "total": "total",
    "style": "style_score",
    "content": "content_score",
    "kernel": "kernel_distance",
    "identity": "identity",
    "found": "faces_found",
}
_NOTES = (
    "total: style and content together; style, content, identity, found: higher is better; "
    "kernel: distance to the style's set, 1 is the untouched photo, lower is better.",
    "MB, ms: what runs for every photo once the style is known, float16 TFLite at 256 x 256 on 2 "
    "threads; magenta: its ONNX file at its only size of 384; gatys: all steps of a picture.",
)
_TEMPLATE = Path(__file__).with_name("report.html")


@dataclass
class Row:
    """One method in one style set.

    Attributes:
        method, style_set: str.
        photos: int, drawn and measured.
        figures: dict of our measures to float.
        megabytes, milliseconds: float or `None`.
        judge_scores: dict of the judge's measures to float, or `None`.
    """

    method: str
    style_set: str
    photos: int
    figures: dict[str, float]
    megabytes: float | None
    milliseconds: float | None
    judge_scores: dict[str, float] | None = None

    def to_dict(self) -> dict:
        """Return what `report.json` holds of it."""
        names = {"judge_scores": "judged"}
        return {names.get(name, name): value for name, value in vars(self).items()}

    def cells(self) -> list[str]:
        measured = [_shown(self.figures.get(name), 3) for name in _COLUMNS.values()]
        costs = [_shown(self.megabytes, 2), _shown(self.milliseconds, 1)]
        return [self.method, self.style_set, str(self.photos), *measured, *costs]


@dataclass
class BaselineReport:
    """All rows.

    Attributes:
        rows: list of `Row`.
        sheets: dict of method to the path of its sheet.
        trainings: dict of a network's name to what its training reached.
        settings: dict of what was compared, and how.
    """

    rows: list[Row]
    sheets: dict[str, Path]
    trainings: dict[str, dict]
    settings: dict

    @property
    def header(self) -> list[str]:
        return ["method", "style set", "photos", *_COLUMNS, "MB", "ms"]

    def text(self) -> str:
        """Lay out the table and what stands below it."""
        table = format_table(self.header, [row.cells() for row in self.rows])
        return "\n".join([table, "", *_NOTES, *self.agreement()])

    def agreement(self) -> list[str]:
        """Say how our measures rank methods and style sets beside the judge, where it was asked."""
        scored = self._scored()
        # Two of anything are always in order.
        if len(scored) < 3:
            return []
        return agreement_lines(
            [row.judge_scores for row in scored], [row.figures for row in scored]
        )

    def to_dict(self) -> dict:
        """Return what `report.json` holds."""
        scored = self._scored()
        ranks = correlations([row.judge_scores for row in scored], [row.figures for row in scored])
        return {
            "settings": self.settings,
            "trainings": self.trainings,
            "rows": [row.to_dict() for row in self.rows],
            # NaN is no JSON.
            "spearman": {name: None if math.isnan(x) else x for name, x in ranks.items()},
        }

    def _scored(self) -> list[Row]:
        return [row for row in self.rows if row.judge_scores is not None]


def write_report(folder: Path, report: BaselineReport) -> None:
    """Write `report.json` and `report.html`, each whole or not at all."""
    text = json.dumps(report.to_dict(), indent=1, allow_nan=False)
    write_atomically(folder / "report.json", f"{text}\n".encode())
    write_atomically(folder / "report.html", _page(report))


def training_lines(trainings: dict[str, dict]) -> list[str]:
    """Say how far each training came, a line a network."""
    return [
        f"{name}: {reached['steps']} steps in {reached['minutes']:g} minutes"
        for name, reached in trainings.items()
    ]


def _page(report: BaselineReport) -> bytes:
    return render_page(
        _TEMPLATE,
        title="Methods compared",
        header=report.header,
        rows=[row.cells() for row in report.rows],
        lines=[*_NOTES, *report.agreement(), *training_lines(report.trainings)],
        # A tenth of what PNG takes.
        sheets={
            method: encode_image(load_image(path), ".jpg") for method, path in report.sheets.items()
        },
    )


def _shown(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
