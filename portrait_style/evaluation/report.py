"""The report of an evaluation: a table, a JSON file, a page."""

import html
import json
from dataclasses import dataclass, field
from pathlib import Path

from portrait_style._version import __version__
from portrait_style.evaluation.measures import MEASURES
from portrait_style.evaluation.plots import draw_scores, draw_trade_off
from portrait_style.image import encode_image
from portrait_style.output_files import write_atomically
from portrait_style.page import embedded_image, html_page
from portrait_style.quality.bootstrap import Estimate
from portrait_style.sheet import contact_sheet
from portrait_style.table import format_table

# The table of the command line has room for these.
_TABLE = ("style_score", "content_score", "style_accuracy", "kernel_distance", "identity")
_CELL = 150
_DIGITS = 4
_STYLE = """
td:last-child, th:last-child { text-align: left }
small { color: #777; display: block }
tr:nth-child(2) td { font-weight: bold }
"""
_BODY = """<p><b>Total {total}</b>: the mean over the columns below; 0 is the untouched photo as
well as a picture of somebody else, 1 cannot be reached.</p>
<p>{photos} photos, drawn with a longer side of {size} pixels; seed {seed}; perceptual network
{perceptual}. In grey: 95 % intervals over the choice of pictures.</p>
<p>{plots}</p>
<table><tr><th>measure</th>{head}<th>better</th><th>what it means</th></tr>{rows}</table>
{skipped}
{sheets}"""


@dataclass
class Report:
    """Figures of an evaluation.

    Attributes:
        styles: dict of row name to dict of measure to `Estimate`.
        total: `Estimate`, mean of the rows' totals.
        skipped: dict of row name to dict of measure to the reason.
        sheets: dict of row name to list of (photo, style picture or `None`, result), uint8.
        settings: dict of what was evaluated, and how.
    """

    styles: dict[str, dict[str, Estimate]]
    total: Estimate
    skipped: dict[str, dict[str, str]]
    sheets: dict[str, list]
    settings: dict = field(default_factory=dict)

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
    names = list(report.styles)
    measures = [name for name in MEASURES if any(name in found for found in report.styles.values())]
    plots = draw_scores(report.styles), draw_trade_off(report.styles)
    escaped = {
        key: html.escape(str(report.settings.get(key, "")))
        for key in ("photos", "size", "seed", "perceptual")
    }
    body = _BODY.format(
        **escaped,
        total=_with_interval(report.total),
        head="".join(f"<th>{html.escape(name)}</th>" for name in names),
        rows="".join(_row(measure, report.styles.values()) for measure in measures),
        plots="".join(embedded_image(png, "plot of the scores") for png in plots),
        skipped="".join(f"<p>{html.escape(line)}</p>" for line in report.reasons()),
        sheets="".join(_sheet(name, shown) for name, shown in report.sheets.items()),
    )
    return html_page(f"Evaluation of {report.settings.get('model', '')}", body, _STYLE)


def _row(measure: str, styles) -> str:
    about = MEASURES[measure]
    cells = "".join(
        f"<td>{_with_interval(found[measure]) if measure in found else '–'}</td>"
        for found in styles
    )
    tail = f"<td>{about.better}</td><td>{html.escape(about.meaning)}</td>"
    return f"<tr><td>{measure.replace('_', ' ')}</td>{cells}{tail}</tr>"


def _sheet(name: str, shown) -> str:
    """Lay out photo, style picture and result of some photos, two of each a line."""
    by_name = all(reference is None for _, reference, _ in shown)
    headings = ["photo", "result"] if by_name else ["photo", "style picture", "result"]
    triples = [[cell for cell in cells if cell is not None] for cells in shown]
    lines = [sum(triples[i : i + 2], []) for i in range(0, len(triples), 2)]
    sheet = contact_sheet(lines, headings * min(2, len(triples)), _CELL)
    # A tenth of what PNG takes; the pictures themselves are written without loss.
    image = embedded_image(encode_image(sheet, ".jpg"), f"photos and results in {name}", "jpeg")
    return f"<h2>{html.escape(name)}</h2><p>{image}</p>\n"


def _listed(found) -> list[str]:
    return [name for name in MEASURES if name in found]


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)


def _cell(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{estimate.value:.3f}"


def _total_cells(estimate: Estimate) -> list[str]:
    return [f"{estimate.value:.3f}", f"{estimate.low:.3f}..{estimate.high:.3f}"]


def _with_interval(estimate: Estimate) -> str:
    value, low, high = estimate
    if low == high:
        return f"{value:.3f}"
    return f"{value:.3f}<small>{low:.3f} … {high:.3f}</small>"


def _of(rows, styles) -> str:
    return "" if len(rows) == len(styles) else f" of {', '.join(rows)}"
