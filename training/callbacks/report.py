"""The page that tells how a run went: curves and sheets in one file."""

import json
from pathlib import Path

from portrait_style.encoding import encode_image
from portrait_style.image import load_image, resize_longer_side
from portrait_style.output_files import write_atomically
from portrait_style.reports.curve import place_curve
from portrait_style.reports.page import render_page
from portrait_style.training.config import TrainingConfig

_SHEETS = 6
_SHEET_SIDE = 1200


def write_report(run_folder, config: TrainingConfig) -> None:
    """Write `report.html` from what lies in a run folder.

    Args:
        run_folder: `RunFolder`.
        config: `TrainingConfig` of the run.

    Raises:
        OutputError: if it cannot be written.
    """
    trained, held_out = read_curves(run_folder.metrics)
    losses = [
        _training_report_chart(name, trained[name], held_out.get(f"val_{name}", []))
        for name in trained
    ]
    page = render_page(
        "training.html",
        title=f"Training of {run_folder.path.resolve().name}",
        steps=max((points[-1][0] for points in trained.values()), default=0),
        planned=config.steps,
        sections=[
            ("Quality", _training_report_charts(held_out, "quality_")),
            ("Loss weights that moved", _training_report_charts(held_out, "weight_")),
            ("Losses", losses),
        ],
        sheets=[
            (path.stem, _shrunk_report_sheet(path))
            for path in _training_report_sheets(run_folder.samples)
        ],
        configuration=config.to_json().rstrip(),
    )
    write_atomically(run_folder.report, page)


def read_curves(metrics: Path) -> tuple[dict, dict]:
    """Read `metrics.jsonl`, for the report of a run.

    Returns:
        Two dicts of lists of (step, value) by name: what every step logs, and what is measured once
        in a while, whose names begin with `val_`, `quality_` or `weight_`.
    """
    trained, held_out = {}, {}
    lines = metrics.read_text().splitlines() if metrics.is_file() else []
    for line in lines:
        record = json.loads(line)
        step = record.pop("step")
        for name, value in record.items():
            once = name.startswith(("val_", "quality_", "weight_"))
            (held_out if once else trained).setdefault(name, []).append((step, value))
    return trained, held_out


def _training_report_charts(held_out: dict, prefix: str) -> list[dict]:
    """Charts of what begins with `prefix`."""
    chosen = {name: points for name, points in held_out.items() if name.startswith(prefix)}
    return [
        _training_report_chart(name.removeprefix(prefix), [], points)
        for name, points in chosen.items()
    ]


def _training_report_chart(name: str, trained: list, held_out: list) -> dict:
    curve = place_curve(trained, held_out)
    return {"name": name, "trained": trained, "held_out": held_out, "curve": curve}


def _training_report_sheets(folder: Path) -> list[Path]:
    """Some of the sheets, spread evenly over the run, the last one included."""
    paths = sorted(folder.glob("step-*.png"))
    count = min(_SHEETS, len(paths))
    return [paths[round((i + 1) * len(paths) / count) - 1] for i in reversed(range(count))]


def _shrunk_report_sheet(path: Path) -> bytes:
    """Read a sheet of samples as JPEG, no larger than the page of a run."""
    sheet = load_image(path)
    if max(sheet.shape) > _SHEET_SIDE:
        sheet = resize_longer_side(sheet, _SHEET_SIDE)
    return encode_image(sheet, ".jpg")
