"""The report of an evaluation: a table, a JSON file, a page."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from portrait_style._version import __version__
from portrait_style.encoding import encode_image
from portrait_style.evaluation.measures import MEASURES
from portrait_style.evaluation.plots import draw_scores, draw_trade_off
from portrait_style.output_files import write_atomically
from portrait_style.quality.bootstrap import Estimate
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table

# The table of the command line has room for these.
_TABLE = (
    "learned",
    "style_score",
    "content_score",
    "style_accuracy",
    "kernel_distance",
    "identity",
)
_CELL = 150
_DIGITS = 4
# What the page tells of how it was evaluated.
_TOLD = ("photos", "size", "seed", "perceptual")


@dataclass
class Report:
    """Figures of an evaluation.

    Attributes:
        styles: dict of row name to dict of measure to `Estimate`.
        total: `Estimate`, mean of the rows' totals.
        skipped: dict of row name to dict of measure to the reason.
        sheets: dict of row name to list of (photo, style picture or truth or `None`, result),
            uint8.
        settings: dict of what was evaluated, and how.
        show_truth: set of names of the rows whose sheets show the truth, not the style picture.
    """

    styles: dict[str, dict[str, Estimate]]
    total: Estimate
    skipped: dict[str, dict[str, str]]
    sheets: dict[str, list]
    settings: dict = field(default_factory=dict)
    show_truth: set[str] = field(default_factory=set)

    def to_dict(self) -> dict:
        """Return what `report.json` holds."""
        return {
            "version": __version__,
            "settings": self.settings,
            "total": _rounded(self.total.value),
            "total_interval": [_rounded(self.total.low), _rounded(self.total.high)],
            "styles": {
                name: {measure: _rounded(found[measure].value) for measure in _listed(found)}
                for name, found in self.styles.items()
            },
            "intervals": {
                name: {
                    measure: list(map(_rounded, found[measure][1:])) for measure in _listed(found)
                }
                for name, found in self.styles.items()
            },
            "skipped": self.skipped,
        }

    def table(self) -> str:
        """Lay the most telling figures out, a line a row."""
        shown = [name for name in _TABLE if any(name in found for found in self.styles.values())]
        header = ["style", "total", "95 %", *(name.replace("_", " ") for name in shown)]
        lines = [
            [name, *_total_cells(found["total"]), *(_cell(found.get(key)) for key in shown)]
            for name, found in self.styles.items()
        ]
        lines.append(["all", *_total_cells(self.total), *[""] * len(shown)])
        return format_table(header, lines)

    def reasons(self) -> list[str]:
        """Say what was not measured and why, a line a reason."""
        by_reason = {}
        for row, found in self.skipped.items():
            for measure, reason in found.items():
                by_reason.setdefault((reason, measure), []).append(row)
        grouped = {}
        for (reason, measure), rows in by_reason.items():
            grouped.setdefault((reason, tuple(rows)), []).append(measure)
        return [
            f"not measured{_of(rows, self.styles)}: {', '.join(measures)}; {reason}"
            for (reason, rows), measures in grouped.items()
        ]


def write_report(folder: Path, report: Report) -> None:
    """Write `report.json` and `report.html`, each whole or not at all.

    Raises:
        OutputError: if a file cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / "report.html", _page(report))
    write_atomically(folder / "report.json", f"{text}\n".encode())


def _page(report: Report) -> bytes:
    rows = report.styles.values()
    return render_page(
        "evaluation.html",
        title=f"Evaluation of {report.settings.get('model', '')}",
        total=report.total,
        settings={name: report.settings.get(name, "") for name in _TOLD},
        plots=[draw_scores(report.styles), draw_trade_off(report.styles)],
        styles=report.styles,
        measures={
            name: about for name, about in MEASURES.items() if any(name in found for found in rows)
        },
        reasons=report.reasons(),
        sheets={
            name: _sheet(shown, name in report.show_truth) for name, shown in report.sheets.items()
        },
    )


def _sheet(shown, with_truth: bool) -> dict:
    """Lay out each photo, the truth or style picture where there is one, and the result."""
    headings = ["photo", "truth" if with_truth else "style picture", "result"]
    if all(beside is None for _, beside, _ in shown):
        headings, shown = ["photo", "result"], [(photo, result) for photo, _, result in shown]
    # Where one photo of several has no truth, its place stays empty.
    strips = [contact_sheet([list(cells)], size=_CELL) for cells in shown]
    return {
        "headings": headings,
        # A tenth of what PNG takes; the pictures themselves are written without loss.
        "strips": [encode_image(strip, ".jpg") for strip in strips],
    }


def _listed(found) -> list[str]:
    return [name for name in MEASURES if name in found]


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)


def _cell(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{estimate.value:.3f}"


def _total_cells(estimate: Estimate) -> list[str]:
    return [f"{estimate.value:.3f}", f"{estimate.low:.3f}..{estimate.high:.3f}"]


def _of(rows, styles) -> str:
    return "" if len(rows) == len(styles) else f" of {', '.join(rows)}"
